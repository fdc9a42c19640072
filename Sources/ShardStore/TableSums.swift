import Packing
import Storage

/// How many rows a shard has in a table, and what their seals add up to.
///
/// A seal finds a row that was changed; it cannot find a row that is gone, as where a damaged page
/// hides half of its rows. The sum can: it is kept in the shard's state, in the transaction of
/// every change, and a scrub adds up what it finds.
struct TableSum: Equatable, Sendable {
  var rows = 0
  /// Modulo 2^64, so that the order of the changes does not matter.
  var seals: UInt64 = 0

  mutating func add(_ sealed: [UInt8]) {
    rows += 1
    seals &+= Seal.checksum(of: sealed)
  }

  mutating func remove(_ sealed: [UInt8]) {
    rows -= 1
    seals &-= Seal.checksum(of: sealed)
  }

  mutating func remove(_ other: TableSum) {
    rows -= other.rows
    seals &-= other.seals
  }
}

/// The sums of all tables of a shard but its state, which they stand in.
struct TableSums: Equatable, Sendable {
  private var sums = [TableSum](repeating: TableSum(), count: TableShape.summed.count)

  subscript(table: TableShape) -> TableSum { sums[Self.place(table)] }

  mutating func change(_ table: TableShape, _ body: (inout TableSum) -> Void) {
    body(&sums[Self.place(table)])
  }

  /// The numbers of the tables are 3 to 6 and from 16 on, without gaps.
  private static func place(_ table: TableShape) -> Int {
    Int(table.id < SKUTable.sku.rawValue ? table.id - 3 : table.id - SKUTable.sku.rawValue + 4)
  }

  init() {}

  func pack(into writer: inout ByteWriter) {
    let kept = TableShape.summed.filter { self[$0] != TableSum() }
    writer.count(kept.count)
    for table in kept {
      writer.fixed(table.id)
      writer.zigzag(Int64(self[table].rows))
      writer.fixed(self[table].seals)
    }
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    for _ in 0..<(try reader.count("tables", limit: sums.count, minimumBytes: 10)) {
      let id = try reader.byte()
      guard let table = TableShape.summed.first(where: { $0.id == id }) else {
        throw .invalid(what: "table \(id)")
      }
      let sum = TableSum(rows: Int(try reader.zigzag()), seals: try reader.fixed())
      change(table) { $0 = sum }
    }
  }
}
