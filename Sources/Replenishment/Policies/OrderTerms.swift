import Demand

/// The terms on which a SKU comes to a location: the supplier's where it says, else the item's,
/// else the settings' defaults, each brought back to what is possible, and a note of either.
struct OrderTerms {
  private(set) var basis: PolicyBasis = []
  private(set) var faults: DataFaults = []
  /// The supplier; empty where none is named.
  private(set) var supplier = ""
  private(set) var unitCost = 0.0
  private(set) var orderCost = 0.0
  private(set) var volume = 0.0
  private(set) var leadTimeDays = 0
  /// The standard deviation of the lead time, in days.
  private(set) var leadTimeDeviation = 0.0
  private(set) var minimumOrder = 0.0
  private(set) var orderMultiple = 1.0
  private(set) var maximumOrder = Double.infinity
  /// What the supplier can deliver of an order round, over all locations.
  private(set) var available: Double?
  /// Lower costs of larger orders, ascending in size, descending in cost.
  private(set) var breaks: [PriceBreak] = []
  private(set) var isIncremental = false

  /// Reads an item, and the option by which it comes, under settings whose values lie inside their
  /// ranges.
  init(_ item: Item?, option: SupplyOption? = nil, settings: PolicySettings) {
    if item == nil { basis.insert(.noItem) }
    unitCost = take(
      option?.unitCost ?? item?.unitCost, limit: Bounds.money, otherwise: settings.unitCost,
      .defaultUnitCost)
    orderCost = take(
      option?.orderCost ?? item?.orderCost, limit: Bounds.money, otherwise: settings.orderCost,
      .defaultOrderCost)
    volume = take(
      item?.volumeCubicMetres, limit: Bounds.volumeCubicMetres,
      otherwise: settings.volumeCubicMetres, .defaultVolume)
    let longest = Double(PolicySettings.longestLeadTimeDays)
    let days = take(
      option?.leadTimeDays ?? item?.leadTimeDays.map(Double.init), limit: longest,
      otherwise: Double(settings.leadTimeDays), .defaultLeadTime)
    // Part of a day is a day: what comes in the afternoon is there tomorrow.
    leadTimeDays = Int(Bounds.roundedUp(days))
    // An item row without cost or lead time is a gap in the catalogue; no row at all is a choice.
    if item != nil, basis.contains(.defaultUnitCost) { faults.insert(.missingUnitCost) }
    if item != nil, basis.contains(.defaultLeadTime) { faults.insert(.missingLeadTime) }
    takeOrderStep(of: item, option)
    if let option { takeSupply(of: option) }
  }

  /// Sales are in whole units unless the packs, or the minimum where there are no packs, are
  /// fractions of one.
  private mutating func takeOrderStep(of item: Item?, _ option: SupplyOption?) {
    minimumOrder = take(
      option?.minimumOrder ?? item?.minimumOrder, limit: Bounds.units, otherwise: 0, [])
    let multiple = take(
      option?.orderMultiple ?? item?.orderMultiple, limit: Bounds.units, otherwise: 0, [])
    let decisive = multiple > 0 ? multiple : minimumOrder
    let isWhole = decisive == decisive.rounded(.down)
    if !isWhole { basis.insert(.fractional) }
    orderMultiple = multiple > 0 ? max(multiple, Bounds.step) : isWhole ? 1 : Bounds.step
  }

  private mutating func takeSupply(of option: SupplyOption) {
    if case .supplier(let name) = option.origin { supplier = name }
    leadTimeDeviation = take(
      option.leadTimeDeviation, limit: Double(PolicySettings.longestLeadTimeDays), otherwise: 0,
      [])
    // Infinite is how "no limit" is written; nothing at all is no order that one could place.
    if let most = option.maximumOrder, most != .infinity {
      let possible = take(most, limit: Bounds.units, otherwise: 0, [])
      if possible > 0 { maximumOrder = possible } else { note() }
    }
    if let units = option.available, units != .infinity {
      available = take(units, limit: Bounds.units, otherwise: 0, [])
    }
    takeBreaks(of: option)
  }

  /// Breaks that cost no less than those before decide nothing, and what cannot be is left out.
  private mutating func takeBreaks(of option: SupplyOption) {
    guard !option.breaks.isEmpty else { return }
    var cost = unitCost
    for line in option.breaks.sorted(by: { $0.from < $1.from }) {
      guard line.from > 0, line.from <= Bounds.units, line.unitCost >= 0 else {
        note()
        continue
      }
      guard line.unitCost < cost else { continue }
      cost = line.unitCost
      if breaks.last?.from == line.from { breaks.removeLast() }
      breaks.append(line)
    }
    isIncremental = option.isIncremental && !breaks.isEmpty
  }

  /// What so many units cost in one order. An order is not always the lot that a break was chosen
  /// for: supply or a largest order may cut it, and a season changes it.
  func value(of units: Double) -> Double {
    let reached = breaks.prefix { $0.from <= units + Bounds.slack(units) }
    guard isIncremental else { return units * (reached.last?.unitCost ?? unitCost) }
    var (value, cost, from) = (0.0, unitCost, 0.0)
    for line in reached {
      value += cost * (line.from - from)
      (cost, from) = (line.unitCost, line.from)
    }
    return value + cost * max(0, units - from)
  }

  private mutating func note() {
    basis.insert(.corrected)
    faults.insert(.impossibleItemValue)
  }

  private mutating func take(
    _ value: Double?, limit: Double, otherwise standard: Double, _ flag: PolicyBasis
  ) -> Double {
    guard let value else {
      basis.formUnion(flag)
      return standard
    }
    let amount = Bounds.amount(value, limit: limit)
    let possible = amount < Bounds.dust ? 0 : amount
    if possible != value { note() }
    return possible
  }
}
