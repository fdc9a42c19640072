import Demand
import Threading
import WireProtocol

/// A moment of a whole cluster at which nothing was acknowledged, held by its workers for whoever
/// reads it.
struct ClusterCut {
  /// Its number at the workers.
  var session: UInt64
  /// Which shards are read where.
  var places: [NodeName: [Int]]
  /// How far the logs of the shards were.
  var positions: [Int: LogPosition] = [:]
  /// For how long nothing was acknowledged, in milliseconds.
  var pauseMilliseconds: Int64
  /// The coordinator's records at that moment, as it packed them, and what it said of them.
  var records: [[UInt8]]
  var list: RecordList
}

/// Makes the cut of a backup: has all workers hold, and goes on when each of them has said that it
/// does.
///
/// Each holds for a second at most from when it hears of it. So if all have answered within less
/// than that from the first word, all of them hold at the moment of the last answer: that moment is
/// the cut.
struct CutMaker {
  /// How long is waited for the answers; less than workers hold, by what the clocks may differ.
  private static let patienceMilliseconds: Int64 = 900
  /// How often a cut is begun when workers are late, or the cluster changes meanwhile.
  private static let mostTries = 3
  /// How long is waited for another backup's end, or for what a dead one left to be forgotten.
  private static let busyMilliseconds: Int64 = 75_000

  /// What came of holding.
  private enum Held {
    case all(pauseMilliseconds: Int64)
    case late([NodeName])
    case refused(Refusal)
  }

  private let client: ClusterClient
  /// The records that were read already: those of ended runs do not change.
  private var known: [String: [UInt8]] = [:]
  /// Whether shards are read at their primaries, because a replica was not ready.
  private var readsPrimaries = false

  init(_ client: ClusterClient) { self.client = client }

  /// Makes a cut. Where that does not come about the error names the worker.
  mutating func make(stop: () throws(ClientError) -> Void) throws(ClientError) -> ClusterCut {
    let start = client.clock.now
    var tries = 0
    var obstacle = ""
    while tries < Self.mostTries {
      try stop()
      let list = try client.recordList()
      let records = try records(of: list)
      let map = try client.refreshMap()
      let places = try places(map)
      let session = UInt64.random(in: 1...UInt64.max)
      try reach(Array(places.keys), session)
      switch try hold(places, map.placement, session) {
      case .late(let nodes):
        tries += 1
        obstacle = "\(Self.names(nodes)) did not hold within \(Self.patienceMilliseconds) ms"
      case .refused(let refusal):
        let limit =
          refusal.code == .misplaced ? client.patience.answer : Self.busyMilliseconds
        guard refusal.code.mayPass, client.clock.now - start < limit else {
          throw .refused(refusal)
        }
        // A replica that was started just now may not know yet that it has everything.
        if refusal.code == .misplaced { readsPrimaries = true }
        try rest(for: 2 * client.patience.rest)
      case .all(let pause):
        if try isValid(places, under: map.placement), try client.recordList() == list {
          return ClusterCut(
            session: session, places: places, pauseMilliseconds: pause, records: records,
            list: list)
        }
        tries += 1
        obstacle = "shards moved, or a run began or ended"
      }
      try end(Array(places.keys), session)
    }
    throw .silent(
      node: "the cluster", seconds: Int((client.clock.now - start) / 1_000),
      detail: "no cut in \(Self.mostTries) tries: \(obstacle)")
  }

  /// How far the logs of all shards are in a cut.
  func readPositions(of cut: inout ClusterCut) throws(ClientError) {
    let conversation = Conversation(client)
    for (node, shards) in cut.places {
      for start in stride(from: 0, to: shards.count, by: Limits.shardsPerQuestion) {
        let some = shards[start..<min(shards.count, start + Limits.shardsPerQuestion)]
        let request = CutRequest(
          session: cut.session, .positions, shards: some.map { HeldShard(shard: $0, epoch: 0) })
        conversation.ask(0) { _ in ([node], .cutRequest(request)) }
      }
    }
    while conversation.outstanding > 0 {
      guard case .cutAnswer(let answer) = try conversation.next().answer else {
        throw .unexpected(node: "a worker", what: "something else than where its logs are")
      }
      for entry in answer.entries { cut.positions[entry.shard] = entry.position }
    }
    let shards = cut.places.values.reduce(0) { $0 + $1.count }
    guard cut.positions.count == shards, !cut.positions.values.contains(.unfinished) else {
      throw .unexpected(node: "a worker", what: "no position of some shards")
    }
  }

  /// Lets go of a cut, as far as the workers are there.
  func end(_ nodes: [NodeName], _ session: UInt64) throws(ClientError) {
    let requests = try tell(nodes, CutRequest(session: session, .end))
    _ = try answers(to: requests, until: client.clock.now + Self.patienceMilliseconds)
  }

  // MARK: Its parts

  private mutating func records(of list: RecordList) throws(ClientError) -> [[UInt8]] {
    let active = Set(list.runs.filter(\.isActive).map(\.run))
    var records: [[UInt8]] = []
    var known: [String: [UInt8]] = [:]
    for name in list.names {
      // Only what has ended stays as it is; the document is known by its version.
      let key = "\(name) \(list.documentVersion)"
      let bytes: [UInt8]
      if let read = self.known[key] { bytes = read } else { bytes = try client.kept(name) }
      records.append(bytes)
      if active.isEmpty { known[key] = bytes }
    }
    self.known = known
    return records
  }

  /// Where each shard is read: at a replica where there is one, as the primary has enough to do;
  /// at the one with the fewest.
  private func places(_ map: ClusterMap) throws(ClientError) -> [NodeName: [Int]] {
    let here = Set(map.peers.filter { !$0.endpoint.isEmpty }.map(\.node))
    var places: [NodeName: [Int]] = [:]
    for (shard, assignment) in map.placement.assignments.enumerated() {
      let replicas = assignment.replicas.filter(here.contains)
      let primaries = assignment.primary.map { [$0] }?.filter(here.contains) ?? []
      let others = readsPrimaries || replicas.isEmpty ? primaries : replicas
      let copies = others.isEmpty ? replicas : others
      let best = copies.min { (places[$0]?.count ?? 0, $0) < (places[$1]?.count ?? 0, $1) }
      guard let best else {
        let reason =
          "shard \(shard) has no worker that is here, and a backup is of all shards; the status "
          + "says who is missing"
        throw .refused(Refusal(.busy, reason))
      }
      places[best, default: []].append(shard)
    }
    return places
  }

  /// Connects to all: what that takes must not be a part of the pause.
  private func reach(_ nodes: [NodeName], _ session: UInt64) throws(ClientError) {
    let conversation = Conversation(client)
    for node in nodes {
      let message = Message.cutRequest(CutRequest(session: session, .goOn))
      conversation.ask(0) { _ in ([node], message) }
    }
    while conversation.outstanding > 0 { _ = try conversation.next() }
  }

  private func hold(
    _ places: [NodeName: [Int]], _ placement: Placement, _ session: UInt64
  ) throws(ClientError) -> Held {
    let start = client.clock.now
    var requests: [UInt64: NodeName] = [:]
    for node in places.keys.sorted() {
      let shards = (places[node] ?? []).map {
        HeldShard(shard: $0, epoch: placement.assignments[$0].epoch)
      }
      let request = client.nextRequest()
      requests[request] = node
      let message = Message.cutRequest(CutRequest(session: session, .hold, shards: shards))
      try client.send(Frame(request: request, message), to: node)
    }
    let held = try answers(to: requests, until: start + Self.patienceMilliseconds)
    let isInTime = client.clock.now - start <= Self.patienceMilliseconds
    // From here on they may go on: all of them were holding just now.
    _ = try tell(Array(places.keys), CutRequest(session: session, .goOn))
    let pause = client.clock.now - start
    if let refusal = held.refusals.values.first { return .refused(refusal) }
    guard held.missing.isEmpty, isInTime else {
      return .late(held.missing.isEmpty ? places.keys.sorted() : held.missing)
    }
    return .all(pauseMilliseconds: pause)
  }

  /// Whether every copy that is read is one that the table names still, under the same epoch: then
  /// nothing was acknowledged without it until now.
  private func isValid(
    _ places: [NodeName: [Int]], under placement: Placement
  ) throws(ClientError) -> Bool {
    let now = try client.refreshMap().placement
    return places.allSatisfy { node, shards in
      shards.allSatisfy { shard in
        now.assignments[shard].epoch == placement.assignments[shard].epoch
          && now.assignments[shard].copies.contains(node)
      }
    }
  }

  /// Waits, and takes no notice of what comes meanwhile.
  private func rest(for milliseconds: Int64) throws(ClientError) {
    let end = client.clock.now + milliseconds
    while end - client.clock.now > 0 {
      _ = try client.receive(timeoutMilliseconds: end - client.clock.now)
    }
  }

  private func tell(
    _ nodes: [NodeName], _ request: CutRequest
  ) throws(ClientError) -> [UInt64: NodeName] {
    var requests: [UInt64: NodeName] = [:]
    for node in nodes {
      let number = client.nextRequest()
      requests[number] = node
      try client.send(Frame(request: number, .cutRequest(request)), to: node)
    }
    return requests
  }

  /// Waits for answers, and says who did not give one, or refused.
  private func answers(
    to requests: [UInt64: NodeName], until end: Moment
  ) throws(ClientError) -> (missing: [NodeName], refusals: [NodeName: Refusal]) {
    var missing = requests
    var refusals: [NodeName: Refusal] = [:]
    while !missing.isEmpty {
      let left = end - client.clock.now
      guard left > 0 else { break }
      for frame in try client.receive(timeoutMilliseconds: min(left, 20)) {
        guard let node = missing.removeValue(forKey: frame.request) else { continue }
        if case .refusal(let refusal) = frame.message { refusals[node] = refusal }
      }
    }
    return (missing.values.sorted(), refusals)
  }

  private static func names(_ nodes: [NodeName]) -> String {
    nodes.map { "worker \($0)" }.joined(separator: ", ")
  }
}
