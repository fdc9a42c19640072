import Packing
import WireProtocol

/// What a run had to work with while its units were at work: from that and its SKUs comes how fast
/// workers are, which says how long the next one will take.
struct RunEffort: Equatable, Sendable {
  /// How long its units were at work.
  var milliseconds: UInt64 = 0
  /// The same, summed over the workers that took units, and over the machines that they ran on.
  var workerMilliseconds: UInt64 = 0, hostMilliseconds: UInt64 = 0
  /// The units that all of them together could have in hand, at most: a measure of their trainers.
  var mostCredits: Int = 0

  /// The longest step that counts: over a longer one the coordinator was stopped.
  private static let longestStep: Int64 = 5_000

  /// Nothing yet.
  init() {}

  /// Workers at work, on average.
  var workers: Double {
    milliseconds > 0 ? Double(workerMilliseconds) / Double(milliseconds) : 0
  }

  /// Machines at work, on average.
  var hosts: Double {
    milliseconds > 0 ? Double(hostMilliseconds) / Double(milliseconds) : 0
  }

  /// Until when it was noted.
  private var notedAt: Instant?

  /// Adds the time since the last note, in which these workers served.
  mutating func note(workers: Int, hosts: Int, credits: Int, at now: Instant) {
    let step = notedAt.map { now - $0 } ?? 0
    notedAt = now
    guard step > 0, step <= Self.longestStep else { return }
    milliseconds += UInt64(step)
    workerMilliseconds += UInt64(step) * UInt64(workers)
    hostMilliseconds += UInt64(step) * UInt64(hosts)
    mostCredits = max(mostCredits, credits)
  }

  func pack(into writer: inout ByteWriter) {
    writer.varint(milliseconds)
    writer.varint(workerMilliseconds)
    writer.varint(hostMilliseconds)
    writer.count(mostCredits)
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    milliseconds = try reader.varint()
    workerMilliseconds = try reader.varint()
    hostMilliseconds = try reader.varint()
    mostCredits = try reader.count("credits", limit: Limits.nodes * Limits.unitsInHand)
    let most = UInt64(1) << 56
    guard milliseconds < most, workerMilliseconds < most, hostMilliseconds < most else {
      throw .invalid(what: "effort of a run")
    }
  }
}

extension Run {
  /// What it had to work with, for `granary plan`; nothing where its units were not at work for
  /// long enough to tell.
  var work: ClusterStatus.Work? {
    guard effort.milliseconds > 0, let settings = try? RunSettings(packed: request.settings) else {
      return nil
    }
    return ClusterStatus.Work(
      runningSeconds: Double(effort.milliseconds) / 1_000, workers: effort.workers,
      hosts: effort.hosts, credits: effort.mostCredits,
      teachingSeconds: Double(teachingMilliseconds) / 1_000,
      pricingSeconds: Double(pricingProgress.milliseconds) / 1_000, isUpdate: settings.isUpdate,
      models: settings.models)
  }
}

extension Coordinator {
  /// Notes who is at work on a run.
  mutating func noteEffort(of index: Int, at now: Instant) {
    let serving = members.values.filter { $0.isServing && shardsByNode[$0.peer.node] != nil }
    // Workers of one machine share its processors.
    let hosts = Set(serving.map(\.host))
    runs[index].effort.note(
      workers: serving.count, hosts: hosts.count,
      credits: serving.reduce(0) { $0 + $1.credits }, at: now)
  }
}

extension ClusterStatus {
  /// What a run had to work with while its units were at work.
  public struct Work: Codable, Equatable, Sendable {
    /// How long that was.
    public var runningSeconds: Double
    /// Workers and machines at work, on average, and the units that they could have in hand.
    public var workers: Double, hosts: Double, credits: Int
    /// What more workers do not shorten: learning what all SKUs share, and pricing.
    public var teachingSeconds: Double, pricingSeconds: Double
    /// Whether it kept models that still fit, and the models that competed.
    public var isUpdate: Bool, models: [String]

    /// Makes a record.
    public init(
      runningSeconds: Double, workers: Double, hosts: Double, credits: Int,
      teachingSeconds: Double = 0, pricingSeconds: Double = 0, isUpdate: Bool = false,
      models: [String] = []
    ) {
      self.runningSeconds = runningSeconds
      self.workers = workers
      self.hosts = hosts
      self.credits = credits
      self.teachingSeconds = teachingSeconds
      self.pricingSeconds = pricingSeconds
      self.isUpdate = isUpdate
      self.models = models
    }
  }
}
