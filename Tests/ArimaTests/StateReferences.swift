import Foundation

@testable import Arima

/// A series and what R's arima says of it; see Fixtures/state.R.
struct StateReference: Decodable, Sendable, CustomStringConvertible {
  let order: [Int]
  let seasonal: [Int]
  let season: Int
  let ar: [Double]
  let ma: [Double]
  let sar: [Double]
  let sma: [Double]
  let gap: String
  let y: [Double?]
  let loglik: Double
  let plain: Double?
  let variance: Double
  let mean: [Double]
  let deviation: [Double]

  var values: [Double] { y.map { $0 ?? .nan } }
  var description: String { "\(arimaOrder), gap: \(gap)" }

  var arimaOrder: ArimaOrder {
    ArimaOrder(
      order[0], order[1], order[2], seasonal: (seasonal[0], seasonal[1], seasonal[2]),
      season: season)
  }

  var space: StateSpace? {
    StateSpace(
      arimaOrder,
      ArmaCoefficients(ar: ar, ma: ma, seasonalAR: sar, seasonalMA: sma, season: season))
  }

  /// Empty where the file cannot be read, which the suite checks.
  static let all: [StateReference] = {
    guard
      let url = Bundle.module.url(
        forResource: "state", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url)
    else { return [] }
    return (try? JSONDecoder().decode([StateReference].self, from: data)) ?? []
  }()
}
