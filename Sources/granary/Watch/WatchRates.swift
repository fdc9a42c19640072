import Coordination

/// How fast a cluster works, by what changed between its last answers.
struct WatchRates {
  /// How far it looks back, in seconds: units end in bursts, hundreds of SKUs each.
  static let windowSeconds = 15.0
  /// The most answers that are kept, however short the interval.
  static let mostSamples = 64

  /// What is counted, at a time of the coordinator's clock.
  private struct Sample {
    var seconds: Double
    var batches: [String: UInt64]
    /// The run at work with its units and SKUs that are done.
    var run: UInt64?
    var units: UInt64, skus: UInt64
  }

  private var samples: [Sample] = []

  /// Takes an answer.
  mutating func take(_ status: ClusterStatus) {
    let active = status.runs.last { $0.isActive }
    let sample = Sample(
      seconds: status.uptimeSeconds,
      batches: Dictionary(
        status.nodes.map { ($0.name, $0.batchesApplied) }, uniquingKeysWith: { $1 }),
      run: active?.run, units: active?.unitsDone ?? 0, skus: active?.skusDone ?? 0)
    // A coordinator that was started again counts its time from nothing.
    if let last = samples.last, sample.seconds < last.seconds { samples = [] }
    samples.append(sample)
    while samples.count > 2,
      samples.count > Self.mostSamples || sample.seconds - samples[1].seconds >= Self.windowSeconds
    {
      samples.removeFirst()
    }
  }

  /// Batches of rows that a worker takes in a second; one that was started again begins anew.
  func batches(of node: String) -> Double {
    rate { first, last in
      guard let then = first.batches[node], let now = last.batches[node], now >= then else {
        return 0
      }
      return now - then
    }
  }

  /// Batches of rows that all workers take in a second.
  var batches: Double {
    samples.last?.batches.keys.reduce(0) { $0 + batches(of: $1) } ?? 0
  }

  /// Units and SKUs of the run at work that are done in a second.
  var units: Double { ofRun(\.units) }
  var skus: Double { ofRun(\.skus) }

  private func ofRun(_ count: KeyPath<Sample, UInt64>) -> Double {
    guard let run = samples.last?.run else { return 0 }
    return rate(samples.drop { $0.run != run }) { first, last in
      last[keyPath: count] - min(first[keyPath: count], last[keyPath: count])
    }
  }

  private func rate(
    _ samples: ArraySlice<Sample>? = nil, _ change: (Sample, Sample) -> UInt64
  ) -> Double {
    let samples = samples ?? self.samples[...]
    guard let first = samples.first, let last = samples.last, last.seconds > first.seconds else {
      return 0
    }
    return Double(change(first, last)) / (last.seconds - first.seconds)
  }
}

extension ClusterStatus.RunSummary {
  /// Whether it has not ended.
  var isActive: Bool { phase != "done" && phase != "failed" }
}

extension ClusterStatus {
  /// Whether a run waits until those before it have ended: one works at a time.
  func isWaiting(_ run: RunSummary) -> Bool {
    run.isActive && run.run != runs.last(where: \.isActive)?.run
  }
}
