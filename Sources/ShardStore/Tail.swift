import Demand
import Packing
import Storage

/// A batch of sales as it came.
struct TailBatch {
  let ordinal: Int64
  let source: SourceID
  let replaces: Bool
  let payload: [UInt8]

  static func seal(_ shard: Int, _ ordinal: Int64, _ source: SourceID, _ replaces: Bool) -> Seal {
    TableShape.batch.seal(shard).key(ordinal).key(source.stored).key(replaces ? 1 : 0)
  }

  /// The batches of a shard in the order in which they were applied.
  static func all(_ shard: Int, in connection: Connection) throws(StorageError) -> [TailBatch] {
    let select = try connection.statement(
      "SELECT ordinal, source, replaces, value FROM batch WHERE shard = ? ORDER BY ordinal")
    try select.bind(shard)
    defer { select.reset() }
    var batches: [TailBatch] = []
    while try select.step() {
      let ordinal = select.integer(0)
      let replaces = select.integer(2) != 0
      var payload: [UInt8]?
      var reader = ByteReader(select.bytes(1))
      let source = try? SourceID(from: &reader)
      if let source {
        let seal = seal(shard, ordinal, source, replaces)
        payload = unsafe select.withBytes(3) { unsafe seal.open($0) }
      }
      guard let source, let payload else {
        throw damaged(shard, ordinal, connection, "checksum does not match")
      }
      batches.append(
        TailBatch(ordinal: ordinal, source: source, replaces: replaces, payload: payload))
    }
    return batches
  }

  static func damaged(
    _ shard: Int, _ ordinal: Int64, _ connection: Connection, _ reason: String
  ) -> StorageError {
    .damagedRow(
      path: connection.path, table: "batch", key: "shard \(shard) batch \(ordinal)", reason: reason)
  }
}

/// A row of the tail, less its SKU and location.
struct TailRow {
  let units: Double
  let day: Int32
  /// NaN without one.
  let price: Float
  /// The source, by a number of the tail's own, where its first row for a day replaces; else -1.
  let replacingSource: Int32
  let promotion: Bool
  let outOfStock: Bool
}

/// A tail in memory: its rows by SKU and location, in order of both, and within a series in the
/// order in which they were applied.
struct Tail {
  struct Series {
    let sku: SKU
    let location: Location
    let rows: Range<Int>
  }

  let series: [Series]
  let rows: [TailRow]

  static let empty = Tail(series: [], rows: [])

  /// The series whose SKU has one of these digests.
  func series(in digests: ClosedRange<UInt64>) -> ArraySlice<Series> {
    let first = firstIndex { $0.sku.digest >= digests.lowerBound }
    let end = firstIndex { $0.sku.digest > digests.upperBound }
    return series[first..<end]
  }

  /// The rows of a series.
  func rows(of series: Series) -> ArraySlice<TailRow> { rows[series.rows] }

  private func firstIndex(_ isPast: (Series) -> Bool) -> Int {
    var low = 0
    var high = series.count
    while low < high {
      let middle = (low + high) / 2
      if isPast(series[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Sorts batches into a tail: rows are numbered by series as they are read, then dealt out by
/// counting, so that nothing is allocated per row.
struct TailBuilder {
  private var skus: [SKU] = []
  /// The next SKU with the same digest, or -1.
  private var nextAlike: [Int32] = []
  private var firstByDigest: [UInt64: Int32] = [:]
  private var locations: [Location] = []
  private var locationNumbers: [Location: Int32] = [:]
  private var seriesNumbers: [UInt64: Int32] = [:]
  private var members: [(sku: Int32, location: Int32, count: Int)] = []
  private var sources: [SourceID: Int32] = [:]
  private var rows: [TailRow] = []
  private var seriesOfRow: [Int32] = []

  init(expectedBytes: Int) {
    // A row is seldom under eight bytes.
    rows.reserveCapacity(expectedBytes / 8)
    seriesOfRow.reserveCapacity(expectedBytes / 8)
  }

  mutating func add(_ batch: TailBatch) throws(PackingError) {
    var replacingSource: Int32 = -1
    if batch.replaces {
      replacingSource = sources[batch.source] ?? Int32(sources.count)
      sources[batch.source] = replacingSource
    }
    var cursor = SalesBatchCursor(batch.payload)
    var sku: Int32 = 0
    var location: Int32 = 0
    var series: Int32 = 0
    while try cursor.next() {
      if cursor.namesSKU { sku = number(ofSKU: cursor.bytes[cursor.sku]) }
      if cursor.namesLocation { location = number(ofLocation: cursor.bytes[cursor.location]) }
      if cursor.namesSKU || cursor.namesLocation { series = number(ofSeries: sku, location) }
      members[Int(series)].count += 1
      seriesOfRow.append(series)
      rows.append(
        TailRow(
          units: cursor.units, day: cursor.day.number, price: cursor.price,
          replacingSource: replacingSource, promotion: cursor.promotion,
          outOfStock: cursor.outOfStock))
    }
  }

  private mutating func number(ofSKU bytes: ArraySlice<UInt8>) -> Int32 {
    let digest = unsafe bytes.withUnsafeBytes { unsafe XXH64.hash($0) }
    let first = firstByDigest[digest] ?? -1
    var number = first
    while number >= 0 {
      if skus[Int(number)].bytes.elementsEqual(bytes) { return number }
      number = nextAlike[Int(number)]
    }
    number = Int32(skus.count)
    skus.append(SKU(trusted: Array(bytes)))
    nextAlike.append(first)
    firstByDigest[digest] = number
    return number
  }

  private mutating func number(ofLocation bytes: ArraySlice<UInt8>) -> Int32 {
    let location = Location(trusted: Array(bytes))
    if let number = locationNumbers[location] { return number }
    let number = Int32(locations.count)
    locations.append(location)
    locationNumbers[location] = number
    return number
  }

  private mutating func number(ofSeries sku: Int32, _ location: Int32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: sku)) << 32 | UInt64(UInt32(bitPattern: location))
    if let number = seriesNumbers[key] { return number }
    let number = Int32(members.count)
    members.append((sku, location, 0))
    seriesNumbers[key] = number
    return number
  }

  func build() -> Tail {
    let order = members.indices.sorted { left, right in
      let (one, other) = (members[left], members[right])
      if one.sku != other.sku { return skus[Int(one.sku)] < skus[Int(other.sku)] }
      return locations[Int(one.location)] < locations[Int(other.location)]
    }
    var next = [Int](repeating: 0, count: members.count)
    var series: [Tail.Series] = []
    series.reserveCapacity(members.count)
    var start = 0
    for index in order {
      let member = members[index]
      series.append(
        Tail.Series(
          sku: skus[Int(member.sku)], location: locations[Int(member.location)],
          rows: start..<(start + member.count)))
      next[index] = start
      start += member.count
    }
    let blank = TailRow(
      units: 0, day: 0, price: .nan, replacingSource: -1, promotion: false, outOfStock: false)
    var sorted = [TailRow](repeating: blank, count: rows.count)
    for (row, series) in zip(rows, seriesOfRow) {
      sorted[next[Int(series)]] = row
      next[Int(series)] += 1
    }
    return Tail(series: series, rows: sorted)
  }
}

extension Tail {
  /// Sorts batches of a shard, which were checked when they came.
  init(_ batches: [TailBatch], shard: Int, in connection: Connection) throws(StorageError) {
    var builder = TailBuilder(expectedBytes: batches.reduce(0) { $0 + $1.payload.count })
    for batch in batches {
      do { try builder.add(batch) } catch {
        throw TailBatch.damaged(shard, batch.ordinal, connection, error.description)
      }
    }
    self = builder.build()
  }
}
