public import Demand

/// Turns a forecast, an item and its stock into a policy, a proposal and exceptions, for one
/// location by itself.
public enum Planner {
  /// The plan of one case. Whatever the input, every figure of the answer is finite.
  public static func plan(
    _ case: PlanningCase, settings: PolicySettings, asOf: Day
  ) -> LocationPlan {
    let settings = settings.clamped()
    let policy = StockPolicy(
      LeadTimeDemand(`case`.forecast), terms: OrderTerms(`case`.item, settings: settings),
      settings: settings, storageCostPerCubicMetreYear: `case`.storageCostPerCubicMetreYear)
    let location = LocationCase(
      location: `case`.location, forecast: `case`.forecast, stock: `case`.stock)
    let plan = TodayPlanner.plan(
      ItemCase(sku: `case`.sku, item: `case`.item, locations: [location]), policies: [policy],
      context: PlanContext(asOf: asOf, settings: settings, document: PlanningDocument()))
    return plan.plans.first ?? LocationPlan(policy: policy)
  }
}
