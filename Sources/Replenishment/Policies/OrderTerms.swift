import Demand

/// An item's values as the planner uses them: its own where they are possible, the settings'
/// defaults where it has none, and a note of either.
struct OrderTerms {
  private(set) var basis: PolicyBasis = []
  var faults: DataFaults = []
  private(set) var unitCost = 0.0
  private(set) var orderCost = 0.0
  private(set) var volume = 0.0
  private(set) var leadTimeDays = 0
  private(set) var minimumOrder = 0.0
  private(set) var orderMultiple = 1.0

  /// Reads an item under settings whose values lie inside their ranges.
  init(_ item: Item?, settings: PolicySettings) {
    if item == nil { basis.insert(.noItem) }
    unitCost = take(
      item?.unitCost, limit: Bounds.money, otherwise: settings.unitCost, .defaultUnitCost)
    orderCost = take(
      item?.orderCost, limit: Bounds.money, otherwise: settings.orderCost, .defaultOrderCost)
    volume = take(
      item?.volumeCubicMetres, limit: Bounds.volumeCubicMetres,
      otherwise: settings.volumeCubicMetres, .defaultVolume)
    let longest = Double(PolicySettings.longestLeadTimeDays)
    leadTimeDays = Int(
      take(
        item?.leadTimeDays.map(Double.init), limit: longest,
        otherwise: Double(settings.leadTimeDays), .defaultLeadTime))
    // An item row without cost or lead time is a gap in the catalogue; no row at all is a choice.
    if item != nil, basis.contains(.defaultUnitCost) { faults.insert(.missingUnitCost) }
    if item != nil, basis.contains(.defaultLeadTime) { faults.insert(.missingLeadTime) }
    takeOrderStep(of: item)
  }

  /// Sales are in whole units unless the item's packs, or its minimum where it has no packs, are
  /// fractions of one.
  private mutating func takeOrderStep(of item: Item?) {
    minimumOrder = take(item?.minimumOrder, limit: Bounds.units, otherwise: 0, [])
    let multiple = take(item?.orderMultiple, limit: Bounds.units, otherwise: 0, [])
    let decisive = multiple > 0 ? multiple : minimumOrder
    let isWhole = decisive == decisive.rounded(.down)
    if !isWhole { basis.insert(.fractional) }
    orderMultiple = multiple > 0 ? max(multiple, Bounds.step) : isWhole ? 1 : Bounds.step
  }

  private mutating func take(
    _ value: Double?, limit: Double, otherwise standard: Double, _ flag: PolicyBasis
  ) -> Double {
    guard let value else {
      basis.formUnion(flag)
      return standard
    }
    let possible = Bounds.amount(value, limit: limit)
    if possible != value {
      basis.insert(.corrected)
      faults.insert(.impossibleItemValue)
    }
    return possible
  }
}
