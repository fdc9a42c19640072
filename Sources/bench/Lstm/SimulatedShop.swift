import Demand
import Forecasting
import Glibc
import TestSupport

/// Series as a shop has them, made up by their index: whole units about a weekly pattern and a
/// walking level from a tenth of a unit to thirty a day, a price and promotions.
struct SimulatedShop {
  static let days = 730
  private static let horizon = 112
  private static let firstDay = Day(year: 2024, month: 1, day: 1)
  private static let week = [0.8, 0.7, 0.8, 0.9, 1.2, 1.5, 1.1]

  func input(_ index: Int) -> SeriesInput {
    var deviates = Deviates(seed: 7_919 &* UInt64(index + 1))
    var level = exp(log(0.1) + (log(30) - log(0.1)) * deviates.uniform())
    let season = 0.4 * deviates.uniform()
    var values: [Double] = []
    var prices: [Double] = []
    var promotions: [Double] = []
    var price = 0.0
    for day in 0..<(Self.days + Self.horizon) {
      if day % 91 == 0 { price = 2 + 0.1 * deviates.next() }
      let isPromoted = (day + 13 * index) % 60 < 5
      prices.append(price)
      promotions.append(isPromoted ? 1 : 0)
      guard day < Self.days else { continue }
      level *= exp(0.01 * deviates.next())
      let wave = 1 + season * sin(2 * .pi * Double(day) / 365.25)
      values.append(
        poisson(level * wave * Self.week[day % 7] * (isPromoted ? 1.7 : 1), &deviates))
    }
    return SeriesInput(
      values: values,
      regressors: [
        SeriesRegressor(name: "price", values: Array(prices[..<Self.days]), beyond: .last),
        SeriesRegressor(name: "promotion", values: promotions, beyond: .known),
      ],
      context: SeriesContext(
        firstDay: Self.firstDay, traits: ["shop \(index % 5)", "category \(index % 7)"]))
  }

  /// Knuth's way by products; a normal where those would underflow.
  private func poisson(_ mean: Double, _ deviates: inout Deviates) -> Double {
    guard mean < 100 else {
      return max(0, (mean + mean.squareRoot() * deviates.next()).rounded())
    }
    let limit = exp(-mean)
    var product = deviates.uniform()
    var count = 0.0
    while product > limit {
      product *= deviates.uniform()
      count += 1
    }
    return count
  }
}
