/// Where a unit stands: which groups wait, which are out at a trainer, which outcomes are in.
///
/// A pure value. A group stands whole or not at all: its results count when the last of them has
/// arrived. When a trainer is lost, the oldest group that is out was at work on it:
///
/// | lost while              | the oldest group is  | then                                    |
/// |-------------------------|----------------------|-----------------------------------------|
/// | no group was at work    | any                  | all groups that are out wait again      |
/// | a group was at work     | of several items     | its items wait again, one by one, first |
/// | a group was at work     | a single item        | the item has failed                     |
/// | killed from outside     | a single item        | it waits again, a few times             |
///
/// So an item fails only if it fails alone, two guilty items in one group are both found, and each
/// loss but those of the first row brings the unit closer to its end.
struct UnitPlan {
  /// An item that is alone when its trainer is killed by a signal that no fault raises is tried
  /// this often: operators and the kernel's memory killer do not choose their victims by SKU.
  static let triesUnderKills = 3

  /// What the loss of a trainer means.
  enum Verdict: Equatable {
    case nobody
    case suspects(Range<Int>)
    case again(Int)
    case guilty(Int)
  }

  private var outcomes: [ItemOutcome?]
  private var open: Int
  /// Groups that wait, the next one last.
  private var waiting: [Range<Int>] = []
  /// Groups that are out, the oldest first.
  private var out: [Range<Int>] = []
  /// The results of the oldest group that is out, as far as they have arrived.
  private var arrived: [ItemOutcome] = []
  private var isolated: Set<Int> = []
  private var kills: [Int: Int] = [:]

  /// Cuts the items into groups, leaving out those that are too large to be sent.
  init(_ unit: TrainingUnit) {
    outcomes = Array(repeating: nil, count: unit.items.count)
    open = unit.items.count
    var first = 0
    for (index, item) in unit.items.enumerated() {
      let bytes = item.bytes.count + item.name.utf8.count
      if bytes > TrainingUnit.largestItemBytes {
        if first < index { waiting.append(first..<index) }
        first = index + 1
        settle(
          index,
          .failed(reason: .oversized(bytes: bytes, limit: TrainingUnit.largestItemBytes)))
      } else if index + 1 - first == TrainingUnit.groupSize {
        waiting.append(first..<(index + 1))
        first = index + 1
      }
    }
    if first < unit.items.count { waiting.append(first..<unit.items.count) }
    waiting.reverse()
  }

  /// Whether every item has its outcome.
  var isFinished: Bool { open == 0 }

  /// The outcomes in the order of the items, once finished.
  var allOutcomes: [ItemOutcome] { outcomes.compactMap { $0 } }

  /// The group that the trainer is at, or will be at next.
  var oldest: Range<Int>? { out.first }

  /// Takes the next group that waits.
  mutating func takeGroup() -> Range<Int>? {
    guard let group = waiting.popLast() else { return nil }
    out.append(group)
    return group
  }

  /// Takes the next result of the oldest group. Nil when it is not that result's turn; otherwise
  /// whether the group is complete.
  mutating func accept(_ outcome: ItemOutcome, for index: Int) -> Bool? {
    guard let group = out.first, index == group.lowerBound + arrived.count else { return nil }
    arrived.append(outcome)
    guard arrived.count == group.count else { return false }
    for (index, outcome) in zip(group, arrived) { settle(index, outcome) }
    arrived.removeAll(keepingCapacity: true)
    out.removeFirst()
    return true
  }

  /// Whether an item had to be run alone.
  func wasIsolated(_ index: Int) -> Bool { isolated.contains(index) }

  /// The trainer is gone; `atWork` says whether it had begun the oldest group.
  mutating func lose(atWork: Bool, reason: ItemFailure) -> Verdict {
    arrived.removeAll(keepingCapacity: true)
    let oldest = out.first
    waiting.append(contentsOf: out.reversed())
    out.removeAll(keepingCapacity: true)
    guard atWork, let group = oldest else { return .nobody }
    if group.count > 1 {
      waiting.removeLast()
      waiting.append(contentsOf: group.reversed().map { $0..<($0 + 1) })
      isolated.formUnion(group)
      return .suspects(group)
    }
    let index = group.lowerBound
    if reason.isKillFromOutside {
      kills[index, default: 0] += 1
      if kills[index, default: 0] < Self.triesUnderKills { return .again(index) }
    }
    waiting.removeLast()
    settle(index, .failed(reason: reason))
    return .guilty(index)
  }

  private mutating func settle(_ index: Int, _ outcome: ItemOutcome) {
    outcomes[index] = outcome
    open -= 1
  }
}
