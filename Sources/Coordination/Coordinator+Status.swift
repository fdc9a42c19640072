import Demand
import FoundationEssentials
import WireProtocol

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

  /// How the cluster is.
  public func status(at now: Instant) -> ClusterStatus {
    let served = shardsByNode.reduce(0) { sum, entry in
      members[entry.key]?.isPresent ?? false ? sum + entry.value.count : sum
    }
    let (colour, reasons) = judgement(served: served)
    var refused = refusedFrames
    if forbiddenRequests > 0 { refused["forbidden"] = forbiddenRequests }
    return ClusterStatus(
      colour: colour, reasons: reasons, cluster: String(clusterID, radix: 16),
      placementVersion: placement.version, shards: placement.shardCount, servedShards: served,
      moves: moves.count, uptimeSeconds: Double(now - startedAt) / 1_000,
      refusedFrames: refused,
      nodes: members.values.sorted { $0.peer.node < $1.peer.node }.map { nodeStatus($0, at: now) },
      runs: runs.reversed().map { runSummary($0, at: now) }, events: recent.events(at: now))
  }

  private func judgement(served: Int) -> (ClusterStatus.Colour, [String]) {
    var red: [String] = []
    var yellow: [String] = []
    if !storeTrouble.isEmpty { red.append(storeTrouble) }
    if !auditTrouble.isEmpty { red.append("nothing can be changed: \(auditTrouble)") }
    if !isEstablished { yellow.append("the coordinator is starting") }
    if placement.version == 0 {
      yellow.append(
        "no shard is placed yet: \(members.count) of \(settings.minimumWorkers) workers are here")
    } else if served < placement.shardCount {
      red.append(
        "\(placement.shardCount - served) of \(placement.shardCount) shards are not served")
    }
    for member in members.values.sorted(by: { $0.peer.node < $1.peer.node }) {
      let node = member.peer.node
      if member.state == .lost {
        let wayBack = "`granary keys add \(node) --role worker` and a start let it back in"
        let why = member.isRevoked ? ": its key was revoked; \(wayBack)" : ""
        red.append("worker \(node) is lost\(why)")
      }
      if member.state == .leaving { yellow.append("worker \(node) is leaving") }
      if !member.gauges.trouble.isEmpty {
        red.append("worker \(node): \(member.gauges.trouble)")
      } else if member.gauges.diskFreeBytes > 0, member.gauges.diskFreeBytes < 1 << 30 {
        yellow.append("worker \(node) has less than 1 GiB of disk left")
      }
    }
    if !moves.isEmpty { yellow.append("\(moves.count) shards are being moved") }
    if let last = runs.last(where: { !$0.isActive }) {
      if last.phase == .failed {
        yellow.append("run \(last.id) (\(last.request.kind.name)) failed: \(last.trouble)")
      } else if last.outcome.quarantined > 0 {
        yellow.append("run \(last.id) has \(last.outcome.quarantined) SKUs in quarantine")
      }
    }
    if let active = activeRun, !runs[active].trouble.isEmpty {
      yellow.append("run \(runs[active].id) \(runs[active].trouble)")
    }
    return (!red.isEmpty ? .red : !yellow.isEmpty ? .yellow : .green, red + yellow)
  }

  private func nodeStatus(_ member: Member, at now: Instant) -> ClusterStatus.NodeStatus {
    ClusterStatus.NodeStatus(
      name: member.peer.node.text, state: member.state.rawValue, endpoint: member.peer.endpoint,
      heardSecondsAgo: Double(now - member.lastHeard) / 1_000,
      shards: shardsByNode[member.peer.node]?.count ?? 0, skus: member.gauges.skus,
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
