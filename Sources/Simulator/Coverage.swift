import Coordination
import WireProtocol

/// What lives met: how often each fault struck, and what was under way when it did. Promises that
/// hold in quiet lives alone are worth little, so there is a floor under these numbers in a test.
public struct Coverage: Equatable, Sendable {
  /// Something that a life may meet.
  public enum Occasion: String, CaseIterable, Sendable {
    // What goes wrong.
    case lostMessage = "message lost"
    case doubledMessage = "message doubled"
    case lateMessage = "message late"
    case cutMessage = "message stopped by a cut"
    case coordinatorCrash = "coordinator crashed"
    case workerCrash = "worker crashed"
    case coordinatorHalfStep = "coordinator crashed in a step"
    case workerHalfStep = "worker crashed in a step"
    case coordinatorPause = "coordinator stopped"
    case workerPause = "worker stopped"
    case takeover = "another coordinator led"
    case fencedStore = "write of the one before refused"
    case clockJump = "clock jumped ahead"
    case clockStandstill = "clock stood still"
    case cut = "links cut both ways"
    case oneWayCut = "links cut one way"
    case workerFromAll = "cut: a worker from all"
    case workerFromCoordinator = "cut: from the coordinator"
    case workerFromWorkers = "cut: a worker from workers"
    case workerFromClients = "cut: a worker from clients"
    case halves = "cut: two halves"
    case workersFromEachOther = "cut: workers from each other"
    case pair = "cut: a pair of workers"
    case clientsFromSome = "cut: clients from some"
    case coordinatorFromWorkers = "cut: coordinator from some"
    case failedStore = "coordinator's write failed"
    case failedWrite = "worker's write failed"
    case fullDisk = "disk full"
    case failedSync = "fsync failed"
    case lyingSync = "writes lost, not noticed"
    case setAside = "writes lost, noticed"
    case bitFlip = "bit flipped"
    case destruction = "worker destroyed for good"
    case replacement = "worker came back empty"
    case failedWork = "unit or answer failed"
    case failedLesson = "teaching failed"
    case straggler = "unit took very long"
    case join = "worker joined"
    case comeBack = "worker came back"
    case leave = "worker asked to leave"
    case operatorAnswered = "operator answered"
    case drained = "worker drained"
    case decommissioned = "worker forgotten"
    case retried = "quarantine: tried again"
    case released = "quarantine: released"
    case primaryRead = "read from a primary"
    case replicaRead = "read from a replica"
    // What came of it.
    case failover = "failover"
    case promotion = "replica promoted, in place"
    case handOver = "shard handed over to a learner"
    case replicaMade = "replica made"
    case replicaGone = "replica taken out"
    case alone = "primary goes on alone"
    case mustCopy = "learner told to copy"
    case copyBegun = "copy begun"
    case copyDone = "copy complete"
    case tailStreamed = "learner given the tail"
    case stalledFollower = "follower reported as stalled"
    case notFollowing = "entries refused by a follower"
    case damageFound = "damage met"
    case scrubbed = "damage met by the scrub"
    case damageReported = "damage reported"
    case offerFirst = "helper's results first"
    case offerTooLate = "helper's results too late"
    // What a strike fell into.
    case betweenRuns = "struck between runs"
    case surveying = "struck while a run counted"
    case teaching = "struck while a run was taught"
    case pricing = "struck while a run was priced"
    case running = "struck while units were done"
    case moving = "struck while copies were made"
    case headless = "struck without a coordinator"
  }

  /// How often each was met.
  public private(set) var times: [Occasion: Int] = [:]
  /// In how many lives each was met.
  public private(set) var lives: [Occasion: Int] = [:]

  /// Nothing yet.
  public init() {}

  mutating func note(_ occasion: Occasion) {
    times[occasion, default: 0] += 1
    lives[occasion] = 1
  }

  /// Adds what other lives met.
  public mutating func add(_ other: Coverage) {
    times.merge(other.times) { $0 + $1 }
    lives.merge(other.lives) { $0 + $1 }
  }

  /// A line for each occasion: what it is, how often, in how many lives.
  public var lines: [String] {
    Occasion.allCases.map { occasion in
      func padded(_ count: Int) -> String {
        let digits = String(count)
        return String(repeating: " ", count: max(0, 10 - digits.count)) + digits
      }
      let name = occasion.rawValue + String(repeating: " ", count: 32 - occasion.rawValue.count)
      return name + padded(times[occasion] ?? 0) + padded(lives[occasion] ?? 0)
    }
  }
}

extension World {
  /// Notes a shape of a cut.
  func note(_ shape: Cut.Shape) {
    let occasion = Coverage.Occasion.allCases.first { "\($0)" == shape.rawValue }
    if let occasion { coverage.note(occasion) }
  }

  /// Notes what strikes a process or a link, and what it fell into.
  func noteStrike(_ occasion: Coverage.Occasion) {
    coverage.note(occasion)
    guard let machine = coordinator.machine else { return coverage.note(.headless) }
    if machine.moves > 0 { coverage.note(.moving) }
    switch machine.phase {
    case .surveying: coverage.note(.surveying)
    case .teaching: coverage.note(.teaching)
    case .pricing: coverage.note(.pricing)
    case .running: coverage.note(.running)
    case .done, .failed, nil: coverage.note(.betweenRuns)
    }
  }
}
