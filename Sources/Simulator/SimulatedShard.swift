import Demand
import Packing
import WireProtocol

/// A shard's durable state in the simulated world: what the real store keeps, without the demand.
struct SimulatedShard: Equatable {
  /// The highest epoch seen; nothing while a copy is incomplete.
  var epoch: UInt64?
  var sources: [SourceID: SourceProgress] = [:]
  /// How often each row was applied.
  var rows: [UInt64: Int] = [:]
  /// What came of each unit, by run and slice.
  var units: [UInt64: [Int: UnitOutcome]] = [:]
  /// How often each SKU (here: row) was done, by run.
  var done: [UInt64: [UInt64: Int]] = [:]
  /// The networks that its units used, by the runs that learned them; the last few.
  var networks: [UInt64: [UInt8]] = [:]
  /// Pieces of a copy that is being made.
  var pieces: [UInt8] = []
  /// How often its tail was folded: changes what is stored, not what it means.
  var folds = 0

  /// How many rows of the sample are sent at once.
  private static let rowsPerSample = 12

  /// Whether a row is one that no model can take.
  static func isQuarantined(_ row: UInt64) -> Bool { row % 11 == 0 }

  /// Whether the SKU that a row stands for is in a sample.
  static func isSampled(_ row: UInt64, _ threshold: UInt64) -> Bool {
    (try? SKU("\(row)")).map { $0.sampleHash <= threshold } ?? false
  }

  /// Decides on a batch and applies it, both at once.
  mutating func apply(_ batch: Batch) -> BatchAnswer {
    var progress = sources[batch.identity.source] ?? SourceProgress()
    let verdict = progress.verdict(on: batch.identity, payload: batch.payload)
    if verdict == .apply {
      progress = progress.advanced(by: batch.identity)
      sources[batch.identity.source] = progress
      for row in Self.rows(in: batch.payload) { rows[row, default: 0] += 1 }
    }
    let outcome: BatchAnswer.Outcome =
      switch verdict {
      case .apply: .applied
      case .duplicate: .duplicate
      case .gap: .gap
      case .conflict: .conflict
      }
    return BatchAnswer(
      source: batch.identity.source, shard: batch.identity.shard,
      sequence: batch.identity.sequence, outcome: outcome, progress: progress.sequence)
  }

  /// Does a unit unless it is done: each of its rows gets a result.
  mutating func complete(_ order: UnitOrder, with network: LearnedNetwork) -> UnitOutcome {
    if let known = units[order.id.run]?[order.id.slice] { return known }
    let slice = Slice(index: order.id.slice, of: order.sliceCount)
    let mine = rows.keys.filter { slice.digests.contains($0) }.sorted()
    for row in mine { done[order.id.run, default: [:]][row, default: 0] += 1 }
    let start = UInt64(order.id.slice) ^ UInt64(order.asOf.number) << 32
    let number = mine.reduce(start) { ($0 &* 31) ^ $1 }
    let refused = mine.filter(Self.isQuarantined)
    let named = refused.prefix(Limits.namedQuarantine).compactMap { row in
      (try? SKU("\(row)")).map { QuarantinedSKU(sku: $0, reason: "\(row) is a multiple of 11") }
    }
    let outcome = UnitOutcome(
      skus: UInt64(mine.count), quarantined: UInt64(refused.count), named: named,
      summary: SimulatedClient.bytes(number))
    units[order.id.run, default: [:]][order.id.slice] = outcome
    if order.network > 0 { networks[order.network] = network.bytes }
    return outcome
  }

  /// The next rows of the sample.
  func sample(_ threshold: UInt64, _ request: RowsRequest) -> RowsChunk {
    let after = request.cursor.isEmpty ? nil : SimulatedClient.number(request.cursor)
    let left = rows.keys.sorted().filter { row in
      Self.isSampled(row, threshold) && after.map { row > $0 } ?? true
    }
    let piece = Array(left.prefix(Self.rowsPerSample))
    let next = piece.count < left.count ? piece.last.map(SimulatedClient.bytes) : nil
    return RowsChunk(shard: request.shard, rows: Self.payload(piece), next: next)
  }

  static func payload(_ rows: [UInt64]) -> [UInt8] {
    var writer = ByteWriter()
    for row in rows { writer.fixed(row) }
    return writer.bytes
  }

  static func rows(in payload: [UInt8]) -> [UInt64] {
    var reader = ByteReader(payload)
    var rows: [UInt64] = []
    while let row = try? reader.fixed(UInt64.self) { rows.append(row) }
    return rows
  }

  // MARK: Hand-off

  func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.count(folds)
    writer.count(sources.count)
    for (source, progress) in sources.sorted(by: { $0.key.high < $1.key.high }) {
      source.pack(into: &writer)
      writer.varint(progress.sequence)
      writer.fixed(progress.chain)
      writer.bool(progress.isFinished)
    }
    Self.pack(rows, into: &writer)
    writer.count(units.count)
    for (run, slices) in units.sorted(by: { $0.key < $1.key }) {
      writer.varint(run)
      writer.count(slices.count)
      for (slice, outcome) in slices.sorted(by: { $0.key < $1.key }) {
        writer.count(slice)
        outcome.pack(into: &writer)
      }
      Self.pack(done[run] ?? [:], into: &writer)
    }
    writer.count(networks.count)
    for (run, bytes) in networks.sorted(by: { $0.key < $1.key }) {
      writer.varint(run)
      writer.blob(bytes)
    }
    writer.seal()
    return writer.bytes
  }

  private static func pack(_ counts: [UInt64: Int], into writer: inout ByteWriter) {
    writer.count(counts.count)
    for (key, value) in counts.sorted(by: { $0.key < $1.key }) {
      writer.fixed(key)
      writer.count(value)
    }
  }

  init() {}

  /// Reads a copy whose pieces are all there.
  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    folds = try reader.count("folds", limit: 1_000_000)
    for _ in 0..<(try reader.count("sources", limit: 1_000)) {
      let source = try SourceID(from: &reader)
      sources[source] = SourceProgress(
        sequence: try reader.varint(), chain: try reader.fixed(), isFinished: try reader.bool())
    }
    rows = try Self.counts(from: &reader)
    for _ in 0..<(try reader.count("runs", limit: 1_000)) {
      let run = try reader.varint()
      for _ in 0..<(try reader.count("slices", limit: 1_000_000)) {
        let slice = try reader.count("slice", limit: 1_000_000)
        units[run, default: [:]][slice] = try UnitOutcome(from: &reader)
      }
      done[run] = try Self.counts(from: &reader)
    }
    for _ in 0..<(try reader.count("networks", limit: 1_000)) {
      networks[try reader.varint()] = try reader.blob("network", limit: 1_000)
    }
  }

  private static func counts(
    from reader: inout ByteReader
  ) throws(PackingError) -> [UInt64: Int] {
    var counts: [UInt64: Int] = [:]
    for _ in 0..<(try reader.count("counts", limit: 1_000_000)) {
      let key = try reader.fixed(UInt64.self)
      counts[key] = try reader.count("count", limit: 1_000_000)
    }
    return counts
  }
}
