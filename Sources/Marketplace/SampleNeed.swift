import Demand

/// What a product in a warehouse roughly needs in the long run: half a lot and some safety stock on
/// the shelf, and a line at the gate for every lot. It says how large the sample's limits are.
struct SampleNeed {
  private static let holdingRate = 0.25
  /// Of the spread of demand during the lead time, which is wider than that of single sales:
  /// seasons, promotions and late suppliers are in it.
  private static let safetyFactor = 6.0
  /// How long stock may last, by what the sample's rules say.
  private static let coverDays = ["grocery": 21.0, "fashion": 60.0]
  private static let longestCoverDays = 180.0

  let units: Double
  let linesPerDay: Double
  let costPerDay: Double

  init(_ product: SampleProduct, ratePerDay rate: Double, storageCost: Double) {
    let item = product.item
    let cost = item.unitCost ?? 1
    let holding = Self.holdingRate * cost + storageCost * (item.volumeCubicMetres ?? 0)
    let best = (2 * 365 * rate * (item.orderCost ?? 50) / max(holding, 0.001)).squareRoot()
    let cover = Self.coverDays[item.category] ?? Self.longestCoverDays
    let lot = max(
      min(best, rate * min(Double(item.shelfLifeDays ?? 365), cover)),
      item.minimumOrder ?? 1)
    let lead = Double(item.leadTimeDays ?? 7)
    units =
      lot / 2 + Self.safetyFactor * (rate * lead * Double(product.lump) * 1.3).squareRoot()
    linesPerDay = rate / lot
    costPerDay = rate * cost
  }
}
