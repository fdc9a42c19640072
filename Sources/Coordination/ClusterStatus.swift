/// How the cluster is: what `granary status` shows and `--json` prints as it is.
public struct ClusterStatus: Codable, Equatable, Sendable {
  /// Green: all well. Yellow: it works, look soon. Red: something is not served.
  public enum Colour: String, Codable, Sendable {
    case green, yellow, red
  }

  /// The colour.
  public var colour: Colour
  /// Why it is not green; a sentence each.
  public var reasons: [String]
  /// What each of them is about: a page of ops/runbooks, as `StatusTopic` lists them.
  public var topics: [String]?
  /// The cluster's identity, hexadecimal.
  public var cluster: String
  /// The placement's version.
  public var placementVersion: UInt64
  /// How many shards there are, and how many of them are served.
  public var shards: Int, servedShards: Int
  /// Shards being copied to another worker, or about to be served by another one.
  public var moves: Int
  /// The copies of shards; nothing where the coordinator is of a version before there were some.
  public var copies: CopyStatus?
  /// The coordinators; nothing where there can be only one.
  public var coordinators: [CoordinatorStatus]?
  /// The version of the protocol that everybody must speak, and the newest that the coordinator
  /// speaks: where they differ, an upgrade is under way.
  public var finalisedProtocol: Int?, newestProtocol: Int?
  /// How long the coordinator has been up, in seconds.
  public var uptimeSeconds: Double
  /// The clock on the coordinator's wall, in seconds since 1970, where it was told.
  public var clockSeconds: Double?
  /// Frames that the coordinator refused, by reason.
  public var refusedFrames: [String: UInt64]
  /// The workers, by name.
  public var nodes: [NodeStatus]
  /// The active run and the last ones, newest first.
  public var runs: [RunSummary]
  /// What happened lately, newest first.
  public var events: [Event]

  /// Something that happened.
  public struct Event: Codable, Equatable, Sendable {
    /// How long ago, in seconds.
    public var secondsAgo: Double
    /// `info`, `warning` or `error`.
    public var severity: String
    /// What happened, as the coordinator's log has it.
    public var text: String
    /// How often in a row; the last time was `secondsAgo`.
    public var times: Int
  }

  /// The copies of shards.
  public struct CopyStatus: Codable, Equatable, Sendable {
    /// How many of each shard the settings want.
    public var replication: Int
    /// How many of each there can be on the hosts that there are now.
    public var wanted: Int
    /// How many shards have fewer than the settings want.
    public var shardsWithFewer: Int
    /// The copies that are being made; the first of them.
    public var builds: [Build]

    /// The most copies that are listed.
    static let maximumBuilds = 64
  }

  /// A coordinator: the first one leads, the others stand by.
  public struct CoordinatorStatus: Codable, Equatable, Sendable {
    /// Its name, and where it listens.
    public var name: String, endpoint: String
  }

  /// A copy of a shard that is being made.
  public struct Build: Codable, Equatable, Sendable {
    /// Which shard.
    public var shard: Int
    /// The worker that has it, and the one that gets it.
    public var from: String, to: String
  }

  /// A worker.
  public struct NodeStatus: Codable, Equatable, Sendable {
    /// Its name and where it is: `serving`, `draining`, `drained`, `leaving`, `lost`.
    public var name: String, state: String
    /// The machine that it runs on.
    public var host: String?
    /// The version of its program, and the newest protocol that it speaks.
    public var program: String?, newestProtocol: Int?
    /// Its data socket.
    public var endpoint: String
    /// Seconds since it was last heard.
    public var heardSecondsAgo: Double
    /// The shards of which it has all there is, and the SKUs in them.
    public var shards: Int, skus: UInt64
    /// How many of those it serves, and of how many it is a replica.
    public var primaries: Int?, replicas: Int?
    /// Units that it has in hand.
    public var unitsInHand: Int
    /// Batches of rows that came since it started.
    public var batchesApplied: UInt64
    /// Size of its database and room on its disk.
    public var databaseBytes: UInt64, diskFreeBytes: UInt64
    /// Frames that it refused and trainers that it lost since it started.
    public var refusedFrames: UInt64, trainersLost: UInt64
    /// The refused ones by reason, as far as it is known.
    public var refusals: [String: UInt64] = [:]
    /// What is wrong with it, or empty.
    public var trouble: String
  }

  /// A run.
  public struct RunSummary: Codable, Equatable, Sendable {
    /// Its number, what it does and where it stands.
    public var run: UInt64, kind: String, phase: String
    /// Its day.
    public var asOf: String?
    /// How far it is.
    public var unitsDone: UInt64, unitsInAll: UInt64, skusDone: UInt64
    /// How many rounds its pricing has asked; 0 where it has none.
    public var rounds: UInt64
    /// How long it took so far, how fast it goes and how long it will take.
    public var elapsedSeconds: Double, skusPerSecond: Double, secondsLeft: Double?
    /// How many SKUs are in quarantine, and the first of them with reasons.
    public var quarantined: UInt64, quarantine: [String: String]
    /// How many SKUs fell back: none of the models asked for took one of their series.
    public var fellBack: UInt64
    /// Why it failed or what it waits for, or empty.
    public var trouble: String
    /// What it had to work with, where that was noted.
    public var work: Work?
  }
}

extension ClusterStatus {
  /// What fits a frame however much is wrong: the first reasons and the beginning of each.
  var shortened: ClusterStatus {
    func cut(_ text: String) -> String { text.count > 64 ? "\(text.prefix(64))..." : text }
    var short = self
    short.reasons = reasons.prefix(32).map(cut)
    short.topics = topics.map { Array($0.prefix(32)) }
    if reasons.count > 32 { short.reasons.append("and \(reasons.count - 32) more") }
    for index in short.nodes.indices { short.nodes[index].trouble = cut(nodes[index].trouble) }
    short.copies?.builds = []
    short.events = events.prefix(16).map { event in
      var event = event
      event.text = cut(event.text)
      return event
    }
    for index in short.runs.indices {
      short.runs[index].quarantine = [:]
      short.runs[index].trouble = cut(runs[index].trouble)
    }
    return short
  }
}
