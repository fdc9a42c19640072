import TestSupport

/// The kinds of things that go wrong in a world.
public enum FaultClass: Int, CaseIterable, Sendable {
  // Of a thousand messages, writes or pieces of work, so many.
  case loss, doubling, lateness, store, write, work, straggler
  // From time to time.
  case crash, pause, cut, clock, fullDisk, failedSync, lyingSync, bitFlip, destruction
  case membership, drain, takeover

  /// The word on the command line.
  public var name: String { "\(self)" }

  /// The kind of a name.
  public init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// Whether it strikes from time to time, and not at one of a thousand occasions.
  var isTimed: Bool { rawValue >= Self.crash.rawValue }
}

/// How badly the world behaves, drawn from the seed so that some worlds are calm and some are not.
struct FaultPlan: Sendable {
  /// By class: of a thousand occasions so many, or the mean time between two in milliseconds.
  private var rates = [Int](repeating: 0, count: FaultClass.allCases.count)
  /// How long a process stays down, is stopped, and a cut or a full disk lasts at the most.
  var longestDownMilliseconds = 0, longestPauseMilliseconds = 0, longestCutMilliseconds = 0
  var longestFullMilliseconds = 0

  /// Everything works.
  static let calm = FaultPlan()

  subscript(_ kind: FaultClass) -> Int { rates[kind.rawValue] }

  static func drawn(from random: inout SplitMix64, replication: Int) -> FaultPlan {
    func upTo(_ limit: Int) -> Int { Int(random.next() % UInt64(limit + 1)) }
    var plan = FaultPlan()
    plan.longestDownMilliseconds = 100 + upTo(6_000)
    plan.longestPauseMilliseconds = 50 + upTo(8_000)
    plan.longestCutMilliseconds = 50 + upTo(9_000)
    plan.longestFullMilliseconds = 50 + upTo(5_000)
    for kind in FaultClass.allCases {
      let rate =
        switch kind {
        case .loss, .doubling: upTo(100)
        case .lateness, .write: upTo(60)
        case .store, .work: upTo(80)
        case .straggler: 1 + upTo(40)
        case .crash: 500 + upTo(8_000)
        case .pause, .cut: 500 + upTo(6_000)
        case .clock, .fullDisk: 1_000 + upTo(8_000)
        case .failedSync: 2_000 + upTo(8_000)
        case .lyingSync, .bitFlip, .destruction: 1_000 + upTo(6_000)
        case .membership: 4_000
        case .drain: 2_000 + upTo(5_000)
        case .takeover: 2_000 + upTo(8_000)
        }
      // What destroys needs another copy, and is rare as it makes the world calm around it.
      let isRare = [.lyingSync, .bitFlip, .destruction].contains(kind)
      let happens = upTo(kind == .straggler || isRare ? 3 : 2)
      let isOn = isRare ? happens == 0 && replication > 1 : happens > 0
      if isOn, rate > 0 { plan.rates[kind.rawValue] = rate }
    }
    return plan
  }

  /// The same without some kinds.
  func without(_ kinds: Set<FaultClass>) -> FaultPlan {
    var plan = self
    for kind in kinds { plan.rates[kind.rawValue] = 0 }
    return plan
  }

  /// What is on, in the order of the classes.
  var kinds: [FaultClass] { FaultClass.allCases.filter { self[$0] > 0 } }
}

/// What a life is restricted to, to find out what it takes to break a promise.
public struct Restriction: Hashable, Sendable {
  /// The kinds that do not happen.
  public var without: Set<FaultClass> = []
  /// How many faults happen at the most; those after them do not.
  public var faults = Int.max
  /// What is wrong on purpose, so that a test sees that it is found.
  var sabotage: Sabotage?

  /// None.
  public init() {}

  /// As words of the command line.
  public var words: [String] {
    let kinds = FaultClass.allCases.filter(without.contains).map(\.name)
    return (kinds.isEmpty ? [] : ["--without", kinds.joined(separator: ",")])
      + (faults == .max ? [] : ["--faults", String(faults)])
  }
}

/// Mistakes that the promises must find.
enum Sabotage: CaseIterable, Sendable {
  /// Primaries are not told whom to wait for.
  case forgottenFollowers
  /// A follower says that entries are durable which it did not store.
  case lostEntries
  /// A worker drops a copy that it is to keep when it is told of another one to drop.
  case droppedCopy
  /// The epoch under which a worker is to serve is not kept.
  case forgottenEpoch
  /// The store takes what a coordinator writes that lost the seat.
  case unfencedStore
}
