public import Demand

/// The totals of many plans, by location: what a unit of work hands up, and what a report is made
/// of.
///
/// Sums of floating-point numbers depend on their order. Plans of a unit are added in the order of
/// their SKUs, and units are merged in the order of their slices: then the report has the same bits
/// whoever did the work.
public struct PlanSummary: Equatable, Sendable {
  /// The totals of each location.
  public internal(set) var byLocation: [Location: PlanTotals] = [:]

  /// Starts at nothing.
  public init() {}

  /// Counts the plan of one SKU at a location.
  public mutating func add(_ plan: LocationPlan, at location: Location) {
    byLocation[location, default: PlanTotals()].add(plan)
  }

  /// Adds the totals of another part.
  public mutating func merge(_ other: PlanSummary) {
    for (location, totals) in other.byLocation {
      byLocation[location, default: PlanTotals()].add(totals)
    }
  }

  /// The locations, in the order in which they are summed and shown.
  public var locations: [Location] { byLocation.keys.sorted() }

  /// The totals of all locations together.
  public var total: PlanTotals {
    byLocation.sorted { $0.key < $1.key }.reduce(into: PlanTotals()) { $0.add($1.value) }
  }
}
