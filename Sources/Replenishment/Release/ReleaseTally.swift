public import Packing

/// What the SKUs of one shard would release today, and what they have there already: answers the
/// questions by which today's limits are shared out.
public struct ReleaseTally: Sendable {
  private(set) var candidates: [ReleaseCandidate] = []
  /// What is there, by group.
  private var spaceBase: [UInt64], cashBase: [UInt64]
  private var slotBase: [Int: UInt64] = [:]

  /// Starts with nothing; `warehouses` is how many the planning document names.
  public init(warehouses: Int) {
    spaceBase = Array(repeating: 0, count: warehouses * ReleaseWindow.count)
    cashBase = Array(repeating: 0, count: ReleaseWindow.count)
  }

  /// How many candidates there are.
  public var count: Int { candidates.count }

  /// Counts a candidate.
  public mutating func add(_ candidate: ReleaseCandidate) { candidates.append(candidate) }

  /// Counts what there is and what is on its way of a SKU at a location.
  mutating func add(base projection: StockProjection, of policy: StockPolicy, warehouse: Int?) {
    projection.peaks { window, units in
      guard units > 0 else { return }
      let value = ReleaseAmount.used(units * policy.unitCost, per: ReleaseAmount.perMoney)
      cashBase[window] = ReleaseAmount.sum(cashBase[window], value)
      guard let warehouse else { return }
      let group = warehouse * ReleaseWindow.count + window
      spaceBase[group] = ReleaseAmount.sum(
        spaceBase[group],
        ReleaseAmount.used(
          units * policy.volumeCubicMetres, per: ReleaseAmount.perCubicMetre))
    }
    guard let warehouse else { return }
    for arrival in projection.arrivals where arrival.day < ReleaseResource.slotDays {
      slotBase[ReleaseResource.slots.group(warehouse, arrival.day), default: 0] += 1
    }
  }

  /// The answer to a question of `ReleaseSelection`.
  public func answer(_ question: [UInt8]) throws(PackingError) -> [UInt8] {
    switch try ReleaseQuestion(packed: question) {
    case .totals(let warehouses): totals(of: warehouses).packed()
    case .digits(let digits): counted(digits).packed()
    }
  }

  /// What is there and what would come, by group; cash with the first warehouses.
  private func totals(of warehouses: Range<Int>) -> ReleaseTotals {
    var totals = ReleaseTotals()
    func isAsked(_ resource: ReleaseResource, _ group: Int) -> Bool {
      switch resource {
      case .slots: warehouses.contains(group / ReleaseResource.slotDays)
      case .space: warehouses.contains(group / ReleaseWindow.count)
      case .cash, .cashToday: warehouses.lowerBound == 0
      }
    }
    for (group, amount) in slotBase where isAsked(.slots, group) {
      totals.add(.slots, group, base: amount, wanted: 0, largest: 0)
    }
    for (group, amount) in spaceBase.enumerated() where amount > 0 && isAsked(.space, group) {
      totals.add(.space, group, base: amount, wanted: 0, largest: 0)
    }
    for (group, amount) in cashBase.enumerated() where amount > 0 && isAsked(.cash, group) {
      totals.add(.cash, group, base: amount, wanted: 0, largest: 0)
    }
    for candidate in candidates {
      for resource in ReleaseResource.allCases {
        guard let group = resource.group(of: candidate), isAsked(resource, group) else { continue }
        let amount = resource.amount(of: candidate)
        guard amount > 0 else { continue }
        totals.add(resource, group, base: 0, wanted: amount, largest: amount)
      }
    }
    return totals
  }

  /// What would come, by the next bits of its key, of what passes all that was decided before.
  private func counted(_ question: ReleaseDigits) -> ReleaseCounts {
    let resource = question.resource
    // Groups of space and cash take in what arrives in earlier windows too.
    let spansWindows = resource == .space || resource == .cash
    var places: [Int: Int] = [:]
    for (index, search) in question.searches.enumerated() {
      places[spansWindows ? search.group / ReleaseWindow.count : search.group] = index
    }
    var counts = ReleaseCounts(searches: question.searches.count)
    for candidate in candidates {
      guard let group = resource.group(of: candidate),
        let place = places[spansWindows ? group / ReleaseWindow.count : group],
        !spansWindows || group <= question.searches[place].group
      else { continue }
      let amount = resource.amount(of: candidate)
      guard amount > 0 else { continue }
      let key = ReleaseKey.of(candidate, amount: amount)
      guard let digit = question.searches[place].digit(of: key, width: question.width),
        question.thresholds.limit(holding: candidate) == nil
      else { continue }
      counts.add(place, digit: digit, amount: amount)
    }
    return counts
  }
}
