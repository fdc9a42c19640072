import Demand
import Packing
import WireProtocol

/// An entry of a shard's log in the simulated world: what changes the answers of the shard.
enum SimulatedEntry {
  case batch(BatchIdentity, [UInt8])
  case unit(UnitID, UnitOutcome, rows: [UInt64], network: LearnedNetwork?)
  case quarantine(QuarantineUpdate)

  private static let batchTag: UInt8 = 1, unitTag: UInt8 = 2, quarantineTag: UInt8 = 3

  var packed: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .batch(let identity, let payload):
      writer.fixed(Self.batchTag)
      identity.source.pack(into: &writer)
      writer.count(identity.shard)
      writer.varint(identity.sequence)
      writer.fixed(identity.chain)
      writer.bool(identity.isLast)
      writer.blob(payload)
    case .unit(let id, let outcome, let rows, let network):
      writer.fixed(Self.unitTag)
      id.pack(into: &writer)
      outcome.pack(into: &writer)
      writer.blob(SimulatedShard.payload(rows))
      writer.bool(network != nil)
      if let network {
        writer.varint(network.run)
        writer.blob(network.bytes)
      }
    case .quarantine(let update):
      writer.fixed(Self.quarantineTag)
      // Packed as it is asked for, of no shard.
      QuarantineChange(shard: 0, epoch: 0, update: update).pack(into: &writer)
    }
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    switch try reader.byte() {
    case Self.batchTag:
      let source = try SourceID(from: &reader)
      let shard = try reader.count("shard", limit: Limits.shards)
      let identity = BatchIdentity(
        source: source, shard: shard, sequence: try reader.varint(), chain: try reader.fixed(),
        isLast: try reader.bool())
      self = .batch(identity, try reader.blob("payload", limit: Limits.payloadBytes))
    case Self.unitTag:
      let id = try UnitID(from: &reader)
      let outcome = try UnitOutcome(from: &reader)
      let rows = SimulatedShard.rows(in: try reader.blob("rows", limit: 1_000_000))
      let network =
        try reader.bool()
        ? LearnedNetwork(run: try reader.varint(), bytes: try reader.blob("network", limit: 1_000))
        : nil
      self = .unit(id, outcome, rows: rows, network: network)
    case Self.quarantineTag: self = .quarantine(try QuarantineChange(from: &reader).update)
    case let tag: throw .invalid(what: "entry of kind \(tag)")
    }
  }
}

extension SimulatedShard {
  /// Adds an entry behind the log and does what it says.
  mutating func append(_ entry: SimulatedEntry) -> LogEntry {
    let bytes = entry.packed
    position = position.after(bytes)
    apply(entry)
    return LogEntry(position: position, bytes: bytes)
  }

  /// Adds an entry that another copy made.
  mutating func follow(_ bytes: [UInt8]) throws(PackingError) {
    let entry = try SimulatedEntry(packed: bytes)
    position = position.after(bytes)
    apply(entry)
  }

  private mutating func apply(_ entry: SimulatedEntry) {
    switch entry {
    case .batch(let identity, let payload):
      sources[identity.source] = (sources[identity.source] ?? SourceProgress())
        .advanced(by: identity)
      for row in Self.rows(in: payload) { rows[row, default: 0] += 1 }
    case .unit(let id, let outcome, let rows, let network):
      units[id.run, default: [:]][id.slice] = outcome
      for row in rows {
        done[id.run, default: [:]][row, default: 0] += 1
        quarantine[row] = Self.isQuarantined(row) ? false : nil
      }
      if let network { networks[network.run] = network.bytes }
    case .quarantine(let update): apply(update)
    }
  }
}
