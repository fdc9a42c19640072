import Packing
import WireProtocol

/// What a backup keeps of the coordinator's records: the document, the networks, the plans and the
/// runs, but neither where shards are nor who is here.
///
/// Whoever makes a backup reads the list, then the records, then makes its cut, and reads the list
/// again: where the two are equal, the records are those of the cut.
extension Coordinator {
  /// What was asked for last: long records are read in pieces.
  struct KeptPiece: Sendable {
    var name: String
    var hash: UInt64
    var bytes: [UInt8]
  }

  /// Why a run that was at work at the time of a backup is not done after it was restored.
  static let wasAtWork = "it was at work when the backup was made: start it again"

  mutating func answer(
    _ request: RecordsRequest, _ frame: Frame, from sender: Sender, at now: Instant
  ) {
    if request.offset == 0 || keptPiece?.name != request.name {
      guard let bytes = keptBytes(of: request.name, at: now) else {
        let reason = "there are no records \"\(request.name)\" any more: ask for the list again"
        return reply(.refusal(Refusal(.notFound, reason)), to: frame, from: sender)
      }
      keptPiece = KeptPiece(name: request.name, hash: XXH64.hash(bytes), bytes: bytes)
    }
    guard let piece = keptPiece, request.offset <= piece.bytes.count else {
      let reason = "there is no byte \(request.offset) of \"\(request.name)\""
      return reply(.refusal(Refusal(.stale, reason)), to: frame, from: sender)
    }
    let end = min(piece.bytes.count, request.offset + Limits.payloadBytes)
    let answer = RecordsPiece(
      total: piece.bytes.count, hash: piece.hash, bytes: Array(piece.bytes[request.offset..<end]))
    if end == piece.bytes.count { keptPiece = nil }
    reply(.records(answer), to: frame, from: sender)
  }

  private func keptBytes(of name: String, at now: Instant) -> [UInt8]? {
    var writer = ByteWriter(capacity: 4_096)
    if name.isEmpty {
      recordList.pack(into: &writer)
    } else {
      guard let records = keptRecords(name, at: now) else { return nil }
      KeptRecords(records.map { KeptRecords.Record(key: $0.key, value: $0.value) })
        .pack(into: &writer)
    }
    return writer.bytes
  }

  private var recordList: RecordList {
    var names = document.version > 0 ? [Key.document] : []
    names += networks.keys.sorted().map(Key.network)
    names += plans.keys.sorted().map { Key.plan($0, piece: 0) }
    names += runs.map { Key.run($0.id) }
    return RecordList(
      clusterID: clusterID, shardCount: placement.shardCount, documentVersion: document.version,
      runs: runs.map { RecordList.Run(run: $0.id, kind: $0.request.kind, isActive: $0.isActive) },
      names: names)
  }

  /// The records under a name, which is the key of the first of them.
  private func keptRecords(
    _ name: String, at now: Instant
  ) -> [(key: String, value: [UInt8])]? {
    if name == Key.document, document.version > 0 {
      return [(name, Self.record(of: document))]
    }
    if let network = networks.values.first(where: { Key.network($0.run) == name }) {
      return [(name, Self.record(of: network))]
    }
    if let plan = plans.values.first(where: { Key.plan($0.run, piece: 0) == name }) {
      return plan.pieces().enumerated().map { (Key.plan(plan.run, piece: $0), $1) }
    }
    guard var run = runs.first(where: { Key.run($0.id) == name }) else { return nil }
    // Its units are in the cut or not, as it comes: it is as if it had been cancelled then.
    if run.isActive { run.finish(.failed, trouble: Self.wasAtWork, at: now) }
    return [(name, run.packed(at: now))]
  }

  /// A value as a record of its own.
  static func record(of value: some Packable) -> [UInt8] {
    var writer = ByteWriter()
    value.pack(into: &writer)
    writer.seal()
    return writer.bytes
  }
}
