import Packing
import WireProtocol

/// The plan that a run's units go by, as it is kept.
///
/// It may be longer than a record: then it is cut into pieces, and the record that has the first
/// one names how many there are. That one is written when all others are durable, so that a plan
/// is there as a whole or not at all.
struct RunPlan: Equatable, Sendable {
  /// The most bytes of a plan: it is in the coordinator's memory as long as it is kept.
  static let maximumBytes = 64 << 20
  /// The longest piece: a record with it is within what a store of records takes.
  static let pieceBytes = 512 << 10

  var run: UInt64
  var shared: [UInt8]
  var parts: [Int: [UInt8]]

  init(run: UInt64, shared: [UInt8], parts: [Int: [UInt8]]) {
    self.run = run
    self.shared = shared
    self.parts = parts
  }

  func unitPlan(of shard: Int) -> UnitPlan { UnitPlan(shared: shared, part: parts[shard] ?? []) }

  /// Why it cannot be kept or sent, if it cannot.
  func fault(shardCount: Int) -> String? {
    let longest = parts.values.reduce(shared.count) { max($0, $1.count) }
    if longest > Limits.planBytes {
      return "a part of its plan has \(longest) bytes, \(Limits.planBytes) can be sent"
    }
    if let shard = parts.keys.first(where: { !(0..<shardCount).contains($0) }) {
      return "its plan has a part for shard \(shard) of \(shardCount)"
    }
    let sum = parts.values.reduce(shared.count) { $0 + $1.count }
    return sum > Self.maximumBytes ? "its plan has \(sum) bytes, \(Self.maximumBytes) fit" : nil
  }

  // MARK: Records

  /// The records of the plan; the first one is written last.
  func pieces() -> [[UInt8]] {
    var writer = ByteWriter(capacity: shared.count + 64)
    writer.blob(shared)
    writer.count(parts.count)
    for (shard, part) in inOrder(parts) {
      writer.count(shard)
      writer.blob(part)
    }
    let bytes = writer.bytes
    let count = max(1, (bytes.count + Self.pieceBytes - 1) / Self.pieceBytes)
    return (0..<count).map { number in
      let start = number * Self.pieceBytes
      var piece = ByteWriter(capacity: Self.pieceBytes + 64)
      piece.varint(run)
      if number == 0 {
        piece.count(count)
        piece.fixed(XXH64.hash(bytes))
      } else {
        piece.count(number)
      }
      piece.blob(Array(bytes[start..<min(bytes.count, start + Self.pieceBytes)]))
      piece.seal()
      return piece.bytes
    }
  }

  /// Reads what `pieces` made; nothing where some of them are missing.
  init?(first: [UInt8], piece: (UInt64, Int) -> [UInt8]?) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: first)
    run = try reader.varint()
    let count = try reader.count("pieces", limit: 2 * Self.maximumBytes / Self.pieceBytes)
    let hash: UInt64 = try reader.fixed()
    var bytes = try reader.blob("plan", limit: Self.pieceBytes)
    try reader.finish()
    for number in 1..<max(1, count) {
      guard let record = piece(run, number) else { return nil }
      var next = try ByteReader(verifyingChecksum: record)
      guard try next.varint() == run, try next.count("piece", limit: count) == number else {
        throw .invalid(what: "piece of a plan")
      }
      bytes += try next.blob("plan", limit: Self.pieceBytes)
      try next.finish()
    }
    guard XXH64.hash(bytes) == hash else { throw .invalid(what: "plan of run \(run)") }
    var whole = ByteReader(bytes)
    shared = try whole.blob("plan", limit: Limits.planBytes)
    parts = [:]
    for _ in 0..<(try whole.count("parts", limit: Limits.shards, minimumBytes: 2)) {
      let shard = try whole.count("shard", limit: Limits.shards - 1)
      parts[shard] = try whole.blob("part", limit: Limits.planBytes)
    }
    try whole.finish()
  }
}

/// A plan on its way to the store.
struct PlanInStore: Sendable {
  var plan: RunPlan
  var first: [UInt8]
  /// The other pieces that are not durable yet.
  var piecesLeft: Int
}
