public import Demand
public import Packing

/// Decides what may be released today, from the answers of all shards: lines that can be received
/// first, then space, then cash.
///
/// Within a limit what is worth most for each unit of it comes first, until something does not fit;
/// that and all that is worth less waits. What would not fit if it came alone holds back nothing
/// but itself. Where all take one unit, as of lines, no other choice is worth more. Sums are of
/// whole numbers and keys are unique but for candidates that are equal, so that the answer is the
/// same however the SKUs are spread over shards.
///
/// Space and cash are limited on every day: what arrives stays. A day's room is what is left on it,
/// and what arrives on that day or before must fit. Days are settled in their order; a later one
/// only ever asks for more.
public struct ReleaseSelection: Sendable {
  /// What comes next.
  public enum Step: Equatable, Sendable {
    /// A question for every shard.
    case ask([UInt8])
    /// Nothing is left to ask.
    case settled(ReleaseThresholds)
  }

  private enum Phase {
    case totals(next: Int)
    case digits(stage: Int)
    case settled
  }

  private struct Active {
    var search: ReleaseDigits.Search
    var room: UInt64
  }

  private let limits: ReleaseLimits
  private var phase = Phase.totals(next: 0)
  private var totals = ReleaseTotals()
  private var thresholds = ReleaseThresholds()
  /// The groups of each stage that do not fit, with their rooms.
  private var stages: [(resource: ReleaseResource, active: [Active])] = []
  private var asked: [Active] = []
  private var waiting: [Active] = []

  /// Takes the limits from the document; orders may fill `share` of space and of cash.
  public init(_ document: PlanningDocument, share: Double = 1) {
    limits = ReleaseLimits(document, share: share)
  }

  /// The first question, or the end where there are no limits.
  public mutating func begin() -> Step {
    guard !limits.isEmpty else {
      phase = .settled
      return .settled(thresholds)
    }
    return askTotals(from: 0)
  }

  /// Takes one answer of each shard to the question before.
  public mutating func step(_ answers: [[UInt8]]) throws(PackingError) -> Step {
    switch phase {
    case .totals(let next):
      for answer in answers { totals.add(try ReleaseTotals(packed: answer)) }
      if next < limits.warehouseCount { return askTotals(from: next) }
      findStages()
      return nextStage(after: -1)
    case .digits(let stage):
      var counts = ReleaseCounts(searches: asked.count)
      for answer in answers {
        counts.add(try ReleaseCounts(packed: answer, searches: asked.count))
      }
      return narrow(counts, stage)
    case .settled: return .settled(thresholds)
    }
  }

  private mutating func askTotals(from first: Int) -> Step {
    let end = min(limits.warehouseCount, first + ReleaseDigits.mostWarehouses)
    phase = .totals(next: end)
    return .ask(ReleaseQuestion.totals(first..<end).packed())
  }

  /// The groups in which what would come does not fit, in the order in which they are settled.
  private mutating func findStages() {
    var slots: [Active] = []
    for (group, entry) in totals.entries[Int(ReleaseResource.slots.rawValue)] {
      guard let lines = limits.lines[group / ReleaseResource.slotDays] else { continue }
      let room = lines > entry.base ? lines - entry.base : 0
      if entry.wanted > room { slots.append(Active(search: .init(group: group), room: room)) }
    }
    slots.sort { $0.search.group < $1.search.group }
    stages = [(.slots, slots)]
    var space = [[Active]](repeating: [], count: ReleaseWindow.count)
    for warehouse in limits.space.keys.sorted() {
      let room = limits.space[warehouse] ?? 0
      findWindows(.space, from: warehouse * ReleaseWindow.count, limit: room, into: &space)
    }
    stages += space.map { (.space, $0) }
    var cash = [[Active]](repeating: [], count: ReleaseWindow.count)
    if let limit = limits.cash { findWindows(.cash, from: 0, limit: limit, into: &cash) }
    stages += cash.map { (.cash, $0) }
    if let room = limits.cashToday, totals.entry(.cashToday, 0).wanted > room {
      if totals.entry(.cashToday, 0).largest > room {
        thresholds.bound(.cashToday, 0, by: room)
      }
      stages.append((.cashToday, [Active(search: .init(group: 0), room: room)]))
    }
  }

  /// A window's room is what is left in it; what arrives up to its end must fit.
  private mutating func findWindows(
    _ resource: ReleaseResource, from first: Int, limit: UInt64, into stages: inout [[Active]]
  ) {
    var (wanted, largest) = (UInt64(0), UInt64(0))
    for window in 0..<ReleaseWindow.count {
      let entry = totals.entry(resource, first + window)
      wanted = ReleaseAmount.sum(wanted, entry.wanted)
      largest = max(largest, entry.largest)
      let room = limit > entry.base ? limit - entry.base : 0
      if wanted > room {
        stages[window].append(Active(search: .init(group: first + window), room: room))
        if largest > room { thresholds.bound(resource, first + window, by: room) }
      }
    }
  }

  private mutating func nextStage(after stage: Int) -> Step {
    for next in (stage + 1)..<(stages.count + 1) {
      guard next < stages.count else { break }
      guard !stages[next].active.isEmpty else { continue }
      (waiting, asked) = (stages[next].active, [])
      return askDigits(next)
    }
    phase = .settled
    return .settled(thresholds)
  }

  private mutating func askDigits(_ stage: Int) -> Step {
    if asked.isEmpty {
      asked = Array(waiting.prefix(ReleaseDigits.mostSearches))
      waiting.removeFirst(asked.count)
    }
    guard !asked.isEmpty else { return nextStage(after: stage) }
    phase = .digits(stage: stage)
    return .ask(
      ReleaseQuestion.digits(
        ReleaseDigits(
          resource: stages[stage].resource, width: width, searches: asked.map(\.search),
          thresholds: thresholds)
      ).packed())
  }

  /// All searches have settled as many bits, and 64 is a multiple of no odd width.
  private var width: Int {
    let settled = asked.first?.search.settled ?? 0
    return min(ReleaseDigits.width(searches: asked.count), 64 - settled)
  }

  /// Settles the next bits of every search.
  private mutating func narrow(_ counts: ReleaseCounts, _ stage: Int) -> Step {
    let (resource, width) = (stages[stage].resource, width)
    var left: [Active] = []
    var least: [(group: Int, key: UInt64)] = []
    for (index, active) in asked.enumerated() {
      var active = active
      if let key = Self.narrow(&active, counts.searches[index], width: width) {
        least.append((active.search.group, key))
      } else {
        left.append(active)
      }
    }
    for found in least { thresholds.raise(resource, found.group, to: found.key) }
    asked = left
    return askDigits(stage)
  }

  /// The least key that fits, once it is known.
  private static func narrow(
    _ active: inout Active, _ digits: [Int: ReleaseCounts.Entry], width: Int
  ) -> UInt64? {
    let rest = 64 - active.search.settled - width
    let first = active.search.settled == 0 ? 0 : active.search.prefix << UInt64(width)
    for (digit, entry) in digits.sorted(by: { $0.key > $1.key }) {
      if entry.amount <= active.room {
        active.room -= entry.amount
        continue
      }
      let prefix = first | UInt64(digit)
      guard rest > 0, entry.count > 1 else { return above(prefix, rest: rest) }
      active.search.prefix = prefix
      active.search.settled += width
      return nil
    }
    return first << UInt64(rest)
  }

  /// The first key past all that begin with a prefix.
  private static func above(_ prefix: UInt64, rest: Int) -> UInt64 {
    let next = prefix &+ 1
    let key = next << UInt64(rest)
    return key >> UInt64(rest) == next && key != 0 ? key : .max
  }
}

/// Today's limits as whole numbers.
struct ReleaseLimits: Sendable {
  /// Lines a day, and space, by warehouse, where they are limited.
  private(set) var lines: [Int: UInt64] = [:], space: [Int: UInt64] = [:]
  private(set) var cash: UInt64?, cashToday: UInt64?
  private(set) var warehouseCount: Int

  init(_ document: PlanningDocument, share: Double = 1) {
    let warehouses = document.warehouses.warehouses
    warehouseCount = warehouses.count
    for (index, warehouse) in warehouses.enumerated() {
      lines[index] = warehouse.receivingLinesPerDay.map { ReleaseAmount.available($0, per: 1) }
      space[index] = warehouse.capacityCubicMetres.map {
        ReleaseAmount.available($0 * share, per: ReleaseAmount.perCubicMetre)
      }
    }
    cash = document.limits.cash.map {
      ReleaseAmount.available($0 * share, per: ReleaseAmount.perMoney)
    }
    cashToday = document.limits.cashToday.map {
      ReleaseAmount.available($0, per: ReleaseAmount.perMoney)
    }
  }

  var isEmpty: Bool { lines.isEmpty && space.isEmpty && cash == nil && cashToday == nil }
}
