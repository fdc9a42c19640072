import FoundationEssentials
import WireProtocol

/// What operators want of workers as places for shards.
extension Coordinator {
  mutating func take(_ change: NodeChange, _ frame: Frame, from sender: Sender) {
    func refuse(_ code: Refusal.Code, _ reason: String) {
      reply(.refusal(Refusal(code, reason)), to: frame, from: sender)
    }
    guard change.action.needsNode == (change.node != nil) else {
      return refuse(
        .malformed, "\(change.action.name) needs \(change.node == nil ? "a" : "no") worker")
    }
    if let node = change.node, !isKnown(node) {
      return refuse(.notFound, "there is no worker \(node); `granary status` lists them")
    }
    if change.isDryRun {
      let reason =
        obstacle(to: change)
        ?? (change.action == .finalise
          ? "every worker here is ready" : "only asked: nothing was changed")
      return answer(change, isDone: false, reason, frame, sender)
    }
    if change.action == .rebalance {
      // What came to nothing lately is tried again.
      resting = [:]
      let isAtWork = !target.isEmpty || !builds.isEmpty || placementInStore != nil
      let reason = isAtWork ? "it is being done" : "every worker has its share"
      return answer(change, isDone: true, reason, frame, sender)
    }
    if let obstacle = obstacle(to: change) {
      auditRefusal(Refusal(.failed, obstacle), of: frame, from: sender)
      return answer(change, isDone: false, obstacle, frame, sender)
    }
    if isSo(change, nodeRecord) {
      return answer(change, isDone: true, "it was so already", frame, sender)
    }
    let isAudited = joinAudit(sender, frame.request) { pending in
      if case .nodes(change, _) = pending { true } else { false }
    }
    let isStored = join(Key.nodes, sender, frame.request) { purpose in
      if case .nodes(_, change) = purpose { true } else { false }
    }
    if isAudited || isStored { return }
    if let obstacle = auditObstacle { return refuse(obstacle.code, obstacle.reason) }
    let isOther = pendingAudits.values.contains { pending in
      if case .nodes = pending.change { true } else { false }
    }
    guard !isOther, nextNodeRecord.version == nodeRecord.version else {
      return refuse(.busy, "another change of a worker is being stored; try again")
    }
    let line = AuditEntry(sender, change.words, .accepted, workers: nextNodeRecord.version + 1)
    audit(
      .nodes(change, line), line,
      answer: [Caller(address: sender.address, request: frame.request)])
  }

  private func isKnown(_ node: NodeName) -> Bool {
    members[node] != nil || copiesByNode[node] != nil || nodeRecord.drained.contains(node)
      || nodeRecord.retired.contains(node)
  }

  private func isSo(_ change: NodeChange, _ record: NodeRecord) -> Bool {
    guard let node = change.node else {
      return change.action != .finalise || record.finalised == Frame.versions.upperBound
    }
    return switch change.action {
    case .drain: record.drained.contains(node)
    case .recommission: !record.drained.contains(node) && !record.retired.contains(node)
    case .decommission: record.retired.contains(node)
    case .rebalance, .finalise: true
    }
  }

  /// Why a change cannot be made.
  private func obstacle(to change: NodeChange) -> String? {
    guard let node = change.node else {
      return change.action == .finalise ? obstacleToFinalising : nil
    }
    switch change.action {
    case .recommission, .rebalance, .finalise: return nil
    case .drain:
      if nodeRecord.retired.contains(node) { return "worker \(node) was decommissioned" }
      let others = takers(drained: nodeRecord.drained).filter { $0.name != node }
      return others.isEmpty ? "no other worker is here that could take its shards" : nil
    case .decommission:
      if nodeRecord.retired.contains(node) { return nil }
      guard isLost(node) || nodeRecord.drained.contains(node) else {
        return isHere(node)
          ? "worker \(node) is here: `granary drain \(node)` first"
          : "it is not known yet whether worker \(node) is lost; try again in some seconds"
      }
      if isHere(node) { return burden(of: node) }
      let last = lastCopies(on: node)
      return last.isEmpty
        ? nil
        : "\(last.count) shards would be lost: nobody else here has all of "
          + "\(Self.list(last)); start \(node) again, or the workers that have them"
    }
  }

  /// Who would be shut out by the newest version, or may be: of a worker that is away nobody knows.
  private var obstacleToFinalising: String? {
    let newest = Frame.versions.upperBound
    for (node, member) in inOrder(members) {
      if !member.isPresent {
        return "worker \(node) is away and may be of a version before: start it, or decommission it"
      }
      if !member.program.speaks(newest) {
        return "\(member.program.words(of: node)): upgrade it first"
      }
    }
    let away = copiesByNode.keys.filter { members[$0] == nil }.sorted()
    guard let first = away.first else { return nil }
    return "worker \(first) is not here yet and may be of a version before: start it first"
  }

  /// What a drained worker that is here still has. Others may have it too, but whoever came back
  /// just now may yet find that its disk kept less than it said.
  private func burden(of node: NodeName) -> String? {
    let count = tables.reduce(0) { most, table in
      max(most, table.assignments.count { $0.copies.contains(node) })
    }
    guard count > 0 else { return nil }
    return "worker \(node) still has \(count == 1 ? "a shard" : "\(count) shards"): wait until "
      + "`granary status` calls it drained, or stop it first"
  }

  /// The placement, and the one that is being stored.
  private var tables: [Placement] { [placement] + (placementInStore.map { [$0] } ?? []) }

  /// The shards that nobody but a worker has whole, of those who are here: by the placement, or by
  /// the one that is being stored.
  private func lastCopies(on node: NodeName) -> [Int] {
    placement.assignments.indices.filter { shard in
      tables.contains { table in
        let copies = table.assignments[shard].copies
        return copies.contains(node) && !copies.contains { $0 != node && isFit($0, for: shard) }
      }
    }
  }

  /// Makes a change whose line is durable, unless it cannot be made any more.
  mutating func carryOut(
    _ change: NodeChange, _ line: AuditEntry, answer callers: [Caller], at now: Instant
  ) {
    if let obstacle = obstacle(to: change) {
      var line = line
      (line.result, line.reason) = (.undone, obstacle)
      audit(.undone(line), line, answer: [])
      return answer(callers, report(change, isDone: false, obstacle))
    }
    if change.action == .finalise {
      nextNodeRecord.version += 1
      nextNodeRecord.finalised = Frame.versions.upperBound
      return storeNodes(.nodes(nextNodeRecord, change), answer: callers)
    }
    guard let node = change.node else { return }
    nextNodeRecord.version += 1
    switch change.action {
    case .drain: nextNodeRecord.drained.insert(node)
    case .recommission:
      nextNodeRecord.drained.remove(node)
      nextNodeRecord.retired.remove(node)
    case .decommission:
      nextNodeRecord.drained.remove(node)
      if nextNodeRecord.retired.count == NodeRecord.maximumRetired {
        nextNodeRecord.retired.remove(nextNodeRecord.retired.sorted()[0])
      }
      nextNodeRecord.retired.insert(node)
    case .rebalance, .finalise: return
    }
    storeNodes(.nodes(nextNodeRecord, change), answer: callers)
  }

  private mutating func storeNodes(
    _ purpose: PendingStore.Purpose, answer callers: [Caller] = []
  ) {
    nextNodeRecord.settled = nextNodeRecord.settled.filter { node in
      members[node] != nil || !isUnburdened(node)
    }
    store(Key.nodes, nextNodeRecord.packed(), purpose, answer: callers)
  }

  /// Remembers that a worker has data from now on.
  mutating func settle(_ node: NodeName) {
    emptyHanded[node] = nil
    guard nodeRecord.settled.insert(node).inserted else { return }
    nextNodeRecord.settled.insert(node)
    storeNodes(.record)
  }

  /// A worker with an empty folder has the name of one that was decommissioned: it is another one.
  mutating func welcomeBack(_ node: NodeName) {
    guard nodeRecord.retired.remove(node) != nil else { return }
    nextNodeRecord.retired.remove(node)
    storeNodes(.record)
  }

  mutating func nodesStored(
    _ next: NodeRecord, _ change: NodeChange, answer callers: [Caller], at now: Instant
  ) {
    log(.info, change.words)
    // Before the worker is forgotten: what is said of it is what was there.
    let report = report(change, isDone: true, "")
    (nodeRecord.version, nodeRecord.drained) = (next.version, next.drained)
    (nodeRecord.retired, nodeRecord.finalised) = (next.retired, next.finalised)
    if change.action == .decommission, let node = change.node { forget(node) }
    balance(at: now)
    advancePlacement(at: now)
    refreshOrders()
    answer(callers, report)
  }

  private mutating func forget(_ node: NodeName) {
    if let member = members[node], member.isPresent {
      tell(member, .refusal(Refusal(.foreign, "worker \(node) was decommissioned")))
    }
    giveBackUnits(of: node)
    members[node] = nil
    for (shard, build) in inOrder(builds) where build.to == node && !isNamed(node, shard) {
      cancel(shard, because: "\(node) was decommissioned")
    }
    nodeRecord.settled.remove(node)
    nextNodeRecord.settled.remove(node)
  }

  // MARK: Reports

  private mutating func answer(
    _ change: NodeChange, isDone: Bool, _ reason: String, _ frame: Frame, _ sender: Sender
  ) {
    reply(report(change, isDone: isDone, reason), to: frame, from: sender)
  }

  /// What a change does, or would do.
  private func report(_ change: NodeChange, isDone: Bool, _ reason: String) -> Message {
    var drained = nodeRecord.drained
    if let node = change.node {
      if change.action == .drain { drained.insert(node) } else { drained.remove(node) }
    }
    var nodes = takers(drained: drained)
    if change.action == .decommission { nodes.removeAll { $0.name == change.node } }
    var question = question(in: situation(with: nodes))
    if change.action == .decommission, let node = change.node {
      question.placement = placement(without: node)
    }
    let moves = change.action == .finalise ? [] : moves(question)
    var report = NodeChangeReport(
      action: change.action.name, node: change.node?.text, isDone: isDone, reason: reason,
      copies: moves.count { $0.kind == NodeChangeReport.copy },
      promotions: moves.count { $0.kind == NodeChangeReport.promotion }, bytes: 0, minutes: 0,
      lastCopies: [], moves: Array(moves.prefix(NodeChangeReport.maximumMoves)))
    if change.action == .decommission, let node = change.node {
      report.lastCopies = Array(lastCopies(on: node).prefix(NodeChangeReport.maximumMoves))
    }
    (report.bytes, report.minutes) = cost(of: moves)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try? encoder.encode(report)
    return .nodeAnswer(json: data.map { String(decoding: $0, as: UTF8.self) } ?? "{}")
  }

  private func placement(without node: NodeName) -> Placement {
    var placement = placement
    for shard in copiesByNode[node] ?? [] {
      let left = placement.assignments[shard].copies.filter { $0 != node }
      guard let first = left.first else { continue }
      placement.assignments[shard].primary = first
      placement.assignments[shard].replicas = Array(left.dropFirst())
    }
    return placement
  }

  private func moves(_ question: Balance.Question) -> [NodeChangeReport.Move] {
    var moves: [NodeChangeReport.Move] = []
    for (shard, place) in inOrder(Balance.places(question)) {
      let assignment = question.placement.assignments[shard]
      guard let primary = assignment.primary else { continue }
      let going = assignment.copies.filter { !place.copies.contains($0) }
      let coming = place.copies.filter { !assignment.copies.contains($0) }
      for (index, node) in coming.enumerated() {
        let from = going.indices.contains(index) ? going[index].text : nil
        moves.append(
          NodeChangeReport.Move(
            shard: shard, kind: NodeChangeReport.copy, from: from, to: node.text))
      }
      guard place.primary != primary, !coming.contains(place.primary) else { continue }
      moves.append(
        NodeChangeReport.Move(
          shard: shard, kind: NodeChangeReport.promotion, from: primary.text,
          to: place.primary.text))
    }
    return moves
  }

  /// What has to be copied, and how long that takes: whoever gives or takes the most takes longest.
  private func cost(of moves: [NodeChangeReport.Move]) -> (bytes: UInt64, minutes: Double) {
    var sum: UInt64 = 0
    var given: [NodeName: UInt64] = [:]
    var taken: [String: UInt64] = [:]
    for move in moves where move.kind == NodeChangeReport.copy {
      guard let giver = placement.assignments[move.shard].primary else { continue }
      let bytes = bytesOfShard(on: giver)
      sum += bytes
      given[giver, default: 0] += bytes
      taken[move.to, default: 0] += bytes
    }
    let most = max(given.values.max() ?? 0, taken.values.max() ?? 0)
    return (sum, Double(most) / Double(settings.copyMiBPerSecond << 20) / 60)
  }
}

extension NodeChangeReport {
  /// The most moves that are listed, and the most shards that would be lost.
  static let maximumMoves = 1_000
  static let copy = "copy"
  static let promotion = "promote"
}

extension NodeChange {
  /// What is wanted, in words.
  var words: String {
    guard let node else {
      return action == .finalise
        ? "protocol \(Frame.versions.upperBound) finalised: every node must speak it"
        : "shards to be shared out again"
    }
    return switch action {
    case .drain: "worker \(node) drained: its shards go elsewhere"
    case .recommission: "worker \(node) recommissioned: it takes shards again"
    case .decommission: "worker \(node) decommissioned: it will not come back"
    case .rebalance, .finalise: ""
    }
  }
}

extension NodeChange.Action {
  /// The word for it.
  var name: String {
    switch self {
    case .drain: "drain"
    case .recommission: "recommission"
    case .decommission: "decommission"
    case .rebalance: "rebalance"
    case .finalise: "finalise"
    }
  }
}
