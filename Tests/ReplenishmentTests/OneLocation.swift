import Demand

@testable import Replenishment

/// What one SKU at one location is planned by.
struct PlanningCase: Sendable {
  /// What is sold.
  var sku: SKU
  /// Where it is kept.
  var location: Location
  /// The demand to come, from the day after the plan's `asOf` day.
  var forecast: Forecast
  /// What is known of the item; without it the settings' defaults stand in.
  var item: Item?
  /// What there is at the close of the plan's `asOf` day; without it nothing is proposed.
  var stock: Stock?
  /// What a cubic metre costs a year at the location.
  var storageCostPerCubicMetreYear: Double

  /// Makes a case.
  init(
    sku: SKU, location: Location, forecast: Forecast, item: Item? = nil, stock: Stock? = nil,
    storageCostPerCubicMetreYear: Double = 0
  ) {
    self.sku = sku
    self.location = location
    self.forecast = forecast
    self.item = item
    self.stock = stock
    self.storageCostPerCubicMetreYear = storageCostPerCubicMetreYear
  }
}

/// Turns a forecast, an item and its stock into a policy, a proposal and exceptions, for one
/// location by itself.
enum Planner {
  /// The plan of one case. Whatever the input, every figure of the answer is finite.
  static func plan(
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
