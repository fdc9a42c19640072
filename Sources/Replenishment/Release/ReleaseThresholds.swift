/// What may be released today: for each limit the least benefit per unit of it that passes, as fine
/// as the search needed to know it.
public struct ReleaseThresholds: Equatable, Sendable {
  /// The least key by group; a group that is not named has room for all.
  var slots: [Int: UInt64] = [:]
  var space: [Int: UInt64] = [:]
  var cash: [Int: UInt64] = [:]
  var cashToday: UInt64 = 0
  /// The largest amount by group that fits where nothing else came: what is larger waits whatever
  /// its key, and holds nothing else back.
  var largestSpace: [Int: UInt64] = [:]
  var largestCash: [Int: UInt64] = [:]
  var largestCashToday = UInt64.max

  /// Holds nothing back.
  public init() {}

  /// Whether anything is held back.
  public var isEmpty: Bool { self == ReleaseThresholds() }

  /// The limit that holds a candidate back, if one does.
  public func limit(holding candidate: ReleaseCandidate) -> TodayLimit? {
    for resource in ReleaseResource.allCases where !passes(candidate, resource) {
      return resource.limit
    }
    return nil
  }

  func passes(_ candidate: ReleaseCandidate, _ resource: ReleaseResource) -> Bool {
    guard let group = resource.group(of: candidate) else { return true }
    guard resource.amount(of: candidate) <= largest(resource, group) else { return false }
    guard let least = least(resource, group), least > 0 else { return true }
    return ReleaseKey.of(candidate, amount: resource.amount(of: candidate)) >= least
  }

  private func least(_ resource: ReleaseResource, _ group: Int) -> UInt64? {
    switch resource {
    case .slots: slots[group]
    case .space: space[group]
    case .cash: cash[group]
    case .cashToday: cashToday
    }
  }

  private func largest(_ resource: ReleaseResource, _ group: Int) -> UInt64 {
    switch resource {
    case .slots: .max
    case .space: largestSpace[group] ?? .max
    case .cash: largestCash[group] ?? .max
    case .cashToday: largestCashToday
    }
  }

  /// Lets nothing through that is larger than the room of a group; of space and cash in all earlier
  /// windows too.
  mutating func bound(_ resource: ReleaseResource, _ group: Int, by room: UInt64) {
    switch resource {
    case .slots: break
    case .space:
      for earlier in (group - resource.window(group))...group {
        largestSpace[earlier] = min(largestSpace[earlier] ?? .max, room)
      }
    case .cash:
      for earlier in (group - resource.window(group))...group {
        largestCash[earlier] = min(largestCash[earlier] ?? .max, room)
      }
    case .cashToday: largestCashToday = min(largestCashToday, room)
    }
  }

  /// Asks for at least `key` in a group; of space and cash in all earlier windows too, because what
  /// arrives earlier is still there.
  mutating func raise(_ resource: ReleaseResource, _ group: Int, to key: UInt64) {
    guard key > 0 else { return }
    switch resource {
    case .slots: slots[group] = max(slots[group] ?? 0, key)
    case .space:
      for earlier in (group - resource.window(group))...group {
        space[earlier] = max(space[earlier] ?? 0, key)
      }
    case .cash:
      for earlier in (group - resource.window(group))...group {
        cash[earlier] = max(cash[earlier] ?? 0, key)
      }
    case .cashToday: cashToday = max(cashToday, key)
    }
  }
}

/// A limit of today as it is counted: in groups, each with its room.
enum ReleaseResource: UInt8, CaseIterable, Sendable {
  case slots = 0
  case space = 1
  case cash = 2
  case cashToday = 3

  /// Arrivals further ahead than this have no slots yet.
  static let slotDays = 256

  var limit: TodayLimit {
    switch self {
    case .slots: .slots
    case .space: .space
    case .cash: .cash
    case .cashToday: .cashToday
    }
  }

  /// The group of an arrival at a warehouse.
  func group(_ warehouse: Int, _ arrivalDays: Int) -> Int {
    switch self {
    case .slots: warehouse * Self.slotDays + arrivalDays
    case .space: warehouse * ReleaseWindow.count + ReleaseWindow.index(ofDay: arrivalDays)
    case .cash: ReleaseWindow.index(ofDay: arrivalDays)
    case .cashToday: 0
    }
  }

  /// The group of a candidate; nothing where it takes none of this.
  func group(of candidate: ReleaseCandidate) -> Int? {
    switch self {
    case .slots:
      guard let warehouse = candidate.warehouse, candidate.arrivalDays < Self.slotDays else {
        return nil
      }
      return group(warehouse, candidate.arrivalDays)
    case .space: return candidate.warehouse.map { group($0, candidate.arrivalDays) }
    case .cash, .cashToday: return group(0, candidate.arrivalDays)
    }
  }

  /// The window of a group of space or cash.
  func window(_ group: Int) -> Int { group % ReleaseWindow.count }

  /// What a candidate takes of it.
  func amount(of candidate: ReleaseCandidate) -> UInt64 {
    switch self {
    case .slots: 1
    case .space:
      ReleaseAmount.used(candidate.volumeCubicMetres, per: ReleaseAmount.perCubicMetre)
    case .cash, .cashToday: ReleaseAmount.used(candidate.value, per: ReleaseAmount.perMoney)
    }
  }
}
