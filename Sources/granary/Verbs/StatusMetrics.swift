import Coordination
import Telemetry

/// How the cluster is, as Prometheus reads it: for the textfile collector of its node exporter, or
/// any other program that takes its text format. ops/alerts.yml goes by these names.
enum StatusMetrics {
  /// The metrics of a cluster that answered at a time, in seconds since 1970.
  static func text(_ status: ClusterStatus, at seconds: Double) -> String {
    let registry = MetricRegistry()
    let page = Page(registry: registry)
    page.up(true, at: seconds)
    page.cluster(status)
    for node in status.nodes { page.worker(node) }
    page.runs(status)
    return registry.prometheusText()
  }

  /// The same of a cluster that did not answer.
  static func textOfSilence(at seconds: Double) -> String {
    let registry = MetricRegistry()
    Page(registry: registry).up(false, at: seconds)
    return registry.prometheusText()
  }

  private struct Page {
    let registry: MetricRegistry

    private func set(
      _ name: String, _ value: Double, _ help: String, _ labels: MetricRegistry.Labels = [:]
    ) {
      registry.gauge("granary_\(name)", help: help, labels: labels).set(value)
    }

    private func count(
      _ name: String, _ value: UInt64, _ help: String, _ labels: MetricRegistry.Labels = [:]
    ) {
      registry.counter("granary_\(name)_total", help: help, labels: labels)
        .add(Int64(clamping: value))
    }

    func up(_ isUp: Bool, at seconds: Double) {
      set("up", isUp ? 1 : 0, "Whether the coordinator answered.")
      set("asked_timestamp_seconds", seconds.rounded(), "When the coordinator was asked.")
    }

    func cluster(_ status: ClusterStatus) {
      let colours: [ClusterStatus.Colour] = [.green, .yellow, .red]
      let colour = colours.firstIndex(of: status.colour) ?? 0
      set("colour", Double(colour), "How the cluster is: 0 green, 1 yellow, 2 red.")
      // Each topic is there from the start: what appears later is missed by rules that compare.
      let given = Set(status.topics ?? [])
      for topic in StatusTopic.allCases.map(\.rawValue) {
        set(
          "reason", given.contains(topic) ? 1 : 0,
          "Whether the status gives a reason of this topic.", ["topic": topic])
      }
      set("shards", Double(status.shards), "Shards of the cluster.")
      set("shards_served", Double(status.servedShards), "Shards that a worker serves.")
      set("shards_moving", Double(status.moves), "Shards that are copied or handed over.")
      if let copies = status.copies {
        set(
          "shards_with_fewer_copies", Double(copies.shardsWithFewer),
          "Shards with fewer copies than the settings want.")
      }
      set("coordinator_uptime_seconds", status.uptimeSeconds, "Since the coordinator's last start.")
      refused(status.refusedFrames, by: "coordinator")
    }

    func worker(_ node: ClusterStatus.NodeStatus) {
      let labels = ["worker": node.name]
      set(
        "worker_lost", node.state == "lost" ? 1 : 0, "Whether the worker is taken for lost.", labels
      )
      set(
        "worker_silence_seconds", node.heardSecondsAgo, "Since the worker was heard last.", labels)
      set("worker_shards", Double(node.shards), "Copies of shards that the worker has.", labels)
      set("worker_skus", Double(node.skus), "SKUs in them.", labels)
      set(
        "worker_units", Double(node.unitsInHand), "Units of work that the worker has in hand.",
        labels)
      set("worker_database_bytes", Double(node.databaseBytes), "Size of its database.", labels)
      set("worker_disk_free_bytes", Double(node.diskFreeBytes), "Room on its disk.", labels)
      count(
        "worker_trainers_lost", node.trainersLost, "Trainers that it lost since its start.", labels)
      refused(node.refusals, by: node.name)
    }

    private func refused(_ counts: [String: UInt64], by node: String) {
      for (reason, number) in counts {
        count(
          "refused_frames", number, "Frames that a node refused since its start, by reason.",
          ["node": node, "reason": reason])
      }
    }

    func runs(_ status: ClusterStatus) {
      let last = status.runs.first { $0.phase == "done" || $0.phase == "failed" }
      set(
        "last_run_failed", last?.phase == "failed" ? 1 : 0, "Whether the last run to end failed.")
      set(
        "quarantined_skus", Double(last?.quarantined ?? 0),
        "SKUs that the last run to end put into quarantine.")
      let active = status.runs.first { $0.phase != "done" && $0.phase != "failed" }
      set("run_units", Double(active?.unitsInAll ?? 0), "Units of the run at work.")
      set("run_units_done", Double(active?.unitsDone ?? 0), "Those of them that are done.")
    }
  }
}
