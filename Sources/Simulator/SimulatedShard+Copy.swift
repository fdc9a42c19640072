import Demand
import Packing
import WireProtocol

/// A whole copy of a shard, as it goes from one worker to another.
extension SimulatedShard {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    position.pack(into: &writer)
    writer.count(folds)
    writer.count(sources.count)
    for (source, progress) in sources.sorted(by: { $0.key.high < $1.key.high }) {
      source.pack(into: &writer)
      writer.varint(progress.sequence)
      writer.fixed(progress.chain)
      writer.bool(progress.isFinished)
    }
    Self.pack(rows, into: &writer)
    Self.pack(quarantine.mapValues { $0 ? 1 : 0 }, into: &writer)
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

  /// Reads a copy whose pieces are all there.
  init(packed bytes: [UInt8]) throws(PackingError) {
    self.init()
    var reader = try ByteReader(verifyingChecksum: bytes)
    position = try LogPosition(from: &reader)
    folds = try reader.count("folds", limit: 1_000_000)
    for _ in 0..<(try reader.count("sources", limit: 1_000)) {
      let source = try SourceID(from: &reader)
      sources[source] = SourceProgress(
        sequence: try reader.varint(), chain: try reader.fixed(), isFinished: try reader.bool())
    }
    rows = try Self.counts(from: &reader)
    quarantine = try Self.counts(from: &reader).mapValues { $0 == 1 }
    for _ in 0..<(try reader.count("runs", limit: 1_000)) {
      let run = try reader.varint()
      for _ in 0..<(try reader.count("slices", limit: 1_000_000)) {
        let slice = try reader.count("slice", limit: 1_000_000)
        units[run, default: [:]][slice] = try UnitOutcome(from: &reader)
      }
      let rows = try Self.counts(from: &reader)
      // A shard without rows has units in which nothing was done.
      if !rows.isEmpty { done[run] = rows }
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
