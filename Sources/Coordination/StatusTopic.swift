/// What a reason why the cluster is not green is about. ops/runbooks has a page of that name for
/// each: what it means, how to see it, what to do. A topic is never given another meaning.
public enum StatusTopic: String, CaseIterable, Codable, Sendable {
  /// The coordinator cannot store its records.
  case records
  /// The audit cannot be written, so nothing may be changed.
  case audit
  /// Shards whose worker is not here, and of which nobody here has another copy.
  case notServed = "not-served"
  /// Shards that their replicas are about to serve.
  case takeover
  /// Damaged shards of which nobody here has another copy.
  case damage
  /// Something is wrong with a worker, in its own words.
  case workerTrouble = "worker-trouble"
  /// The coordinator has just been started.
  case starting
  /// No shard is placed yet.
  case notPlaced = "not-placed"
  /// Damaged shards that are copied anew.
  case repair
  /// Shards that are copied.
  case copying
  /// Shards with fewer copies than wanted.
  case fewCopies = "few-copies"
  /// Fewer hosts than copies.
  case fewHosts = "few-hosts"
  /// Copies that would be lost together.
  case sharedHost = "shared-host"
  /// A copy that does not keep up.
  case slowCopy = "slow-copy"
  /// A worker that is silent.
  case lost
  /// A worker whose key was revoked.
  case revoked
  /// A worker that hands its shards over and ends.
  case leaving
  /// A worker that hands its shards over and stays.
  case draining
  /// A disk that is nearly full.
  case disk
  /// The last run failed.
  case runFailed = "run-failed"
  /// The last run put SKUs aside.
  case quarantine
  /// It is not sure that the coordinator that answers leads still.
  case unsureLeader = "unsure-leader"
  /// No other coordinator could take over.
  case noStandby = "no-standby"
  /// Nodes are of two versions, or were.
  case upgrade
  /// The run at work waits.
  case runWaits = "run-waits"
}

/// Why the cluster is not green.
struct StatusReason: Equatable {
  var topic: StatusTopic
  /// What is so, as a sentence.
  var sentence: String

  init(_ topic: StatusTopic, _ sentence: String) {
    self.topic = topic
    self.sentence = sentence
  }
}

extension ClusterStatus {
  /// The reasons, each with the name of its page in ops/runbooks where the coordinator gave one.
  public var reasonsWithTopics: [String] {
    reasons.enumerated().map { index, sentence in
      guard let topics, topics.indices.contains(index), !topics[index].isEmpty else {
        return sentence
      }
      // What SQLite says about damage may have several lines.
      let line = sentence.split(whereSeparator: \.isNewline).joined(separator: " ")
      return "\(line) [\(topics[index])]"
    }
  }
}
