import Packing
import WireProtocol

/// What the coordinator keeps: the names of its records and what happens when a write ends.
extension Coordinator {
  enum Key {
    static let identity = "cluster"
    static let placement = "placement"
    static let document = "document"

    static func run(_ id: UInt64) -> String { "run/\(padded(id))" }
    static func shard(_ shard: Int, of run: UInt64) -> String {
      "run/\(padded(run))/\(padded(UInt64(shard)))"
    }
    private static func padded(_ value: UInt64) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
  }

  /// What never changes of a cluster, and how often its coordinator was started.
  struct Identity {
    var clusterID: UInt64
    var shardCount: Int
    var term: UInt64

    init(_ clusterID: UInt64, _ shardCount: Int, _ term: UInt64) {
      self.clusterID = clusterID
      self.shardCount = shardCount
      self.term = term
    }

    init(_ bytes: [UInt8]?, settings: Settings, freshID: UInt64) throws(PackingError) {
      guard let bytes else {
        self.init(freshID, settings.shardCount, 0)
        return
      }
      var reader = try ByteReader(verifyingChecksum: bytes)
      let clusterID: UInt64 = try reader.fixed()
      let shardCount = try reader.count("shards", limit: Limits.shards)
      self.init(clusterID, shardCount, try reader.varint())
    }

    func packed() -> [UInt8] {
      var writer = ByteWriter()
      writer.fixed(clusterID)
      writer.count(shardCount)
      writer.varint(term)
      writer.seal()
      return writer.bytes
    }
  }

  mutating func store(_ key: String, _ value: [UInt8]?, _ purpose: PendingStore.Purpose) {
    let token = nextToken
    nextToken += 1
    pendingStores[token] = PendingStore(key: key, value: value, purpose: purpose)
    output.append(.store(token: token, key: key, value: value))
  }

  mutating func store(placement next: Placement) {
    var writer = ByteWriter()
    next.pack(into: &writer)
    writer.seal()
    placementInStore = next
    store(Key.placement, writer.bytes, .placement(next))
  }

  mutating func stored(_ token: UInt64, at now: Instant) {
    guard let pending = pendingStores.removeValue(forKey: token) else { return }
    storeTrouble = ""
    switch pending.purpose {
    case .identity, .record: break
    case .placement(let next): placementStored(next)
    case .document(let next, let answer):
      document = next
      documentInStore = nil
      if let (address, request) = answer {
        output.append(.send(Frame(request: request, .document(next)), to: address))
      }
      for (_, member) in inOrder(members) where member.isPresent {
        tell(member, .document(next))
      }
    case .newRun(let id, let answers):
      guard let run = runs.first(where: { $0.id == id }) else { return }
      for (address, request) in answers {
        output.append(.send(Frame(request: request, .runStatus(run.status(at: now))), to: address))
      }
    }
  }

  mutating func storeFailed(_ token: UInt64, _ reason: String, at now: Instant) {
    guard var pending = pendingStores[token] else { return }
    if storeTrouble.isEmpty { log(.error, "cannot store \(pending.key): \(reason)") }
    storeTrouble = "the coordinator cannot store its records: \(reason)"
    pending.retryAt = now + 1_000
    pendingStores[token] = pending
  }

  /// Repeats failed writes, in their order, so that a later one never lands before an earlier one.
  mutating func retryStores(at now: Instant) {
    guard pendingStores.values.contains(where: { $0.retryAt.map { $0 <= now } ?? false }) else {
      return
    }
    for (token, pending) in inOrder(pendingStores) {
      pendingStores[token]?.retryAt = nil
      output.append(.store(token: token, key: pending.key, value: pending.value))
    }
  }

  mutating func change(document content: [UInt8], _ frame: Frame, from sender: Sender) {
    guard sender.role == .client else { return refuse(frame, from: sender, needs: .client) }
    if content == document.content, documentInStore == nil {
      return reply(.document(document), to: frame, from: sender)
    }
    guard documentInStore == nil else {
      let reason = "another change of the warehouses is being stored; try again"
      return reply(.refusal(Refusal(.busy, reason)), to: frame, from: sender)
    }
    let next = Document(version: document.version + 1, content: content)
    var writer = ByteWriter()
    next.pack(into: &writer)
    writer.seal()
    documentInStore = next
    store(Key.document, writer.bytes, .document(next, answer: (sender.address, frame.request)))
  }

  mutating func refuse(_ frame: Frame, from sender: Sender, needs role: Role) {
    let reason =
      "the key of \(sender.name) has the role \(sender.role.rawValue); this needs the role "
      + role.rawValue
    reply(.refusal(Refusal(.forbidden, reason)), to: frame, from: sender)
  }
}
