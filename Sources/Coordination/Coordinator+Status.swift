import Demand
import FoundationEssentials
package import WireProtocol

/// How the cluster is, from what the coordinator knows: no question is passed on, so the answer
/// comes at once however busy the workers are.
extension Coordinator {
  func statusText(at now: Instant) -> String {
    let status = status(at: now)
    let text = Self.encoded(status)
    return text.utf8.count <= Limits.payloadBytes ? text : Self.encoded(status.shortened)
  }

  private static func encoded(_ status: ClusterStatus) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(status) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// How many copies are made or moved.
  package var moves: Int { builds.count + flips.keys.count { builds[$0] == nil } }

  /// How many shards are served by somebody who is here.
  package var servedShards: Int {
    shardsByNode.reduce(0) { sum, entry in isHere(entry.key) ? sum + entry.value.count : sum }
  }

  /// The workers that are here and take shards.
  package var servingNodes: Set<NodeName> {
    Set(takers(drained: nodeRecord.drained).map(\.name))
  }

  /// What is done for the earliest run that is not over.
  package var phase: RunStatus.Phase? { runs.first(where: \.isActive)?.phase }

  /// How the cluster is.
  public func status(at now: Instant) -> ClusterStatus {
    let (colour, reasons) = judgement()
    var refused = refusedFrames
    if forbiddenRequests > 0 { refused["forbidden"] = forbiddenRequests }
    return ClusterStatus(
      colour: colour, reasons: reasons.map(\.sentence), topics: reasons.map(\.topic.rawValue),
      cluster: String(clusterID, radix: 16),
      placementVersion: placement.version, shards: placement.shardCount, servedShards: servedShards,
      moves: moves, copies: copyStatus(),
      coordinators: (seat?.isOnly ?? true ? nil : seat?.nodes)?.map {
        ClusterStatus.CoordinatorStatus(name: $0.node.text, endpoint: $0.endpoint)
      },
      finalisedProtocol: Int(nodeRecord.finalised), newestProtocol: Int(Frame.versions.upperBound),
      uptimeSeconds: Double(now - startedAt) / 1_000, clockSeconds: clockSeconds,
      refusedFrames: refused,
      nodes: members.values.sorted { $0.peer.node < $1.peer.node }.map { nodeStatus($0, at: now) },
      runs: runs.reversed().map { runSummary($0, at: now) }, events: recent.events(at: now))
  }

  private func copyStatus() -> ClusterStatus.CopyStatus {
    ClusterStatus.CopyStatus(
      replication: settings.replication,
      wanted: Balance.copiesWanted(settings.replication, takers(drained: nodeRecord.drained)),
      shardsWithFewer: placement.assignments.count { $0.copies.count < settings.replication },
      builds: inOrder(builds).prefix(ClusterStatus.CopyStatus.maximumBuilds).map { shard, build in
        ClusterStatus.Build(shard: shard, from: build.primary.text, to: build.to.text)
      })
  }

  private func nodeStatus(_ member: Member, at now: Instant) -> ClusterStatus.NodeStatus {
    let node = member.peer.node
    let (copies, primaries) = (copiesByNode[node]?.count ?? 0, shardsByNode[node]?.count ?? 0)
    var state = member.state.rawValue
    if member.isServing, nodeRecord.drained.contains(node) {
      state = isUnburdened(node) ? "drained" : "draining"
    }
    return ClusterStatus.NodeStatus(
      name: node.text, state: state, host: member.host,
      program: member.program.name, newestProtocol: Int(member.program.protocols.upperBound),
      endpoint: member.peer.endpoint,
      heardSecondsAgo: Double(now - member.lastHeard) / 1_000,
      shards: copies, skus: member.gauges.skus,
      primaries: primaries, replicas: copies - primaries,
      unitsInHand: member.unitsInHand.count, batchesApplied: member.gauges.batchesApplied,
      databaseBytes: member.gauges.databaseBytes, diskFreeBytes: member.gauges.diskFreeBytes,
      refusedFrames: member.gauges.refusedFrames, trainersLost: member.gauges.trainersLost,
      refusals: member.gauges.refusals,
      trouble: member.gauges.trouble)
  }

  private func runSummary(_ run: Run, at now: Instant) -> ClusterStatus.RunSummary {
    let progress = run.progress
    let seconds = Double(run.elapsed(at: now)) / 1_000
    let (done, all) = (Double(run.unitsDone), Double(run.unitsInAll))
    let isRunning = run.phase == .running && done > 0 && seconds > 0
    return ClusterStatus.RunSummary(
      run: run.id, kind: run.request.kind.name, phase: run.phase.name,
      asOf: run.asOf?.description, unitsDone: UInt64(done), unitsInAll: UInt64(all),
      skusDone: progress.skus, rounds: run.pricingProgress.rounds, elapsedSeconds: seconds,
      skusPerSecond: seconds > 0 ? Double(progress.skus) / seconds : 0,
      secondsLeft: isRunning ? seconds * (all - done) / done : nil,
      quarantined: progress.quarantined,
      quarantine: Dictionary(
        progress.named.map { ($0.sku.description, $0.reason) }, uniquingKeysWith: { $1 }),
      fellBack: progress.fellBack, trouble: run.trouble, work: run.work)
  }
}
