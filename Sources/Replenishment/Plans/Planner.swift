public import Demand

/// Turns a forecast, an item and its stock into a policy, a proposal and exceptions, for one
/// location by itself.
public enum Planner {
  /// The plan of one case. Whatever the input, every figure of the answer is finite.
  public static func plan(
    _ case: PlanningCase, settings: PolicySettings, asOf: Day
  ) -> LocationPlan {
    var document = PlanningDocument()
    document.warehouses = WarehouseList([
      Warehouse(
        location: `case`.location,
        storageCostPerCubicMetreYear: `case`.storageCostPerCubicMetreYear)
    ])
    let context = PlanContext(asOf: asOf, settings: settings, document: document)
    let whole = ItemCase(
      sku: `case`.sku, item: `case`.item,
      locations: [
        LocationCase(
          location: `case`.location, forecast: `case`.forecast, stock: `case`.stock)
      ])
    let kept = ItemPolicies(whole, context)
    return TodayPlanner(context).plan(whole, kept, policies: kept.policies).plans[0]
  }
}
