import Demand
import Packing
import WireProtocol

/// A shard's durable state in the simulated world: what the real store keeps, without the demand.
struct SimulatedShard: Equatable {
  /// The highest epoch seen; nothing while a copy is incomplete.
  var epoch: UInt64?
  /// How far its log is.
  var position = LogPosition.start
  var sources: [SourceID: SourceProgress] = [:]
  /// How often each row was applied.
  var rows: [UInt64: Int] = [:]
  /// What came of each unit, by run and slice.
  var units: [UInt64: [Int: UnitOutcome]] = [:]
  /// How often each SKU (here: row) was done, by run.
  var done: [UInt64: [UInt64: Int]] = [:]
  /// The SKUs (here: rows) that no model could take, and whether each is to be tried again.
  var quarantine: [UInt64: Bool] = [:]
  /// The networks that its units used, by the runs that learned them; the last few.
  var networks: [UInt64: [UInt8]] = [:]
  /// Pieces of a copy that is being made.
  var pieces: [UInt8] = []
  /// How often its tail was folded: changes what is stored, not what it means.
  var folds = 0
  /// Whether one of its rows has a bit that flipped.
  var isDamaged = false

  /// How many rows of the sample are sent at once.
  private static let rowsPerSample = 12

  /// Whether a row is one that no model can take.
  static func isQuarantined(_ row: UInt64) -> Bool { row % 11 == 0 }

  /// Whether the SKU that a row stands for is in a sample.
  static func isSampled(_ row: UInt64, _ threshold: UInt64) -> Bool {
    threshold == .max || (try? SKU("\(row)")).map { $0.sampleHash <= threshold } ?? false
  }

  /// Whether two copies answer everything the same.
  func hasContent(of other: SimulatedShard) -> Bool {
    position == other.position && sources == other.sources && rows == other.rows
      && units == other.units && done == other.done && networks == other.networks
      && quarantine == other.quarantine
  }

  /// Decides on a batch; the entry that it becomes is applied in the same write.
  mutating func take(_ batch: Batch) -> (answer: BatchAnswer, entry: LogEntry?) {
    let identity = batch.identity
    let verdict = (sources[identity.source] ?? SourceProgress())
      .verdict(on: identity, payload: batch.payload)
    let entry = verdict == .apply ? append(.batch(identity, batch.payload)) : nil
    let outcome: BatchAnswer.Outcome =
      switch verdict {
      case .apply: .applied
      case .duplicate: .duplicate
      case .gap: .gap
      case .conflict: .conflict
      }
    let answer = BatchAnswer(
      source: identity.source, shard: identity.shard, sequence: identity.sequence,
      outcome: outcome, progress: sources[identity.source]?.sequence ?? 0)
    return (answer, entry)
  }

  /// Works a unit out: each of its rows gets a result.
  func work(out order: UnitOrder, with network: LearnedNetwork) -> SimulatedEntry {
    let slice = Slice(index: order.id.slice, of: order.sliceCount)
    let mine = rows.keys.filter { slice.digests.contains($0) }.sorted()
    let start = UInt64(order.id.slice) ^ UInt64(order.asOf.number) << 32
    let number = mine.reduce(start) { ($0 &* 31) ^ $1 }
    let refused = mine.filter(Self.isQuarantined)
    let named = refused.prefix(Limits.namedQuarantine).compactMap { row in
      (try? SKU("\(row)")).map { QuarantinedSKU(sku: $0, reason: "\(row) is a multiple of 11") }
    }
    let outcome = UnitOutcome(
      skus: UInt64(mine.count), quarantined: UInt64(refused.count), named: named,
      summary: SimulatedClient.bytes(number))
    let used = order.network > 0 ? LearnedNetwork(run: order.network, bytes: network.bytes) : nil
    return .unit(order.id, outcome, rows: mine, network: used)
  }

  /// The next rows of the sample.
  func sample(_ threshold: UInt64, _ request: RowsRequest) -> RowsChunk {
    let after = request.cursor.isEmpty ? nil : SimulatedClient.number(request.cursor)
    let left = rows.keys.filter { row in
      after.map { row > $0 } ?? true && Self.isSampled(row, threshold)
    }.sorted()
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
}
