import Foundation

@testable import Arima

/// A series, an order and what R's arima makes of it; see Fixtures/orders.R.
struct OrderReference: Decodable, Sendable, CustomStringConvertible {
  let order: [Int]
  let seasonal: [Int]
  let season: Int
  let y: [Double]
  let ar: [Double]
  let sar: [Double]
  let ma: [Double]
  let sma: [Double]
  let loglik: Double
  let variance: Double
  let errors: [Double?]
  let mean: [Double]
  let deviation: [Double]
  let arRoot: Double?
  let maRoot: Double?

  var arimaOrder: ArimaOrder { .init(order, seasonal, season) }
  var coefficients: [Double] { ar + sar + ma + sma }
  var description: String { "\(arimaOrder) on \(y.count) points" }

  static let all: [OrderReference] = FitReferences.load("orders") ?? []
}

/// A series and the model that auto.arima chooses; see Fixtures/choices.R.
struct ChoiceReference: Decodable, Sendable, CustomStringConvertible {
  let y: [Double]
  let season: Int
  let order: [Int]
  let seasonal: [Int]
  let constant: Bool
  let aicc: Double

  var arimaOrder: ArimaOrder { .init(order, seasonal, season) }
  var description: String { "\(arimaOrder) on \(y.count) points" }

  static let all: [ChoiceReference] = FitReferences.load("choices") ?? []
}

/// A series and the forecasts of Arima() for an order; see Fixtures/models.R.
struct ModelReference: Decodable, Sendable, CustomStringConvertible {
  let order: [Int]
  let seasonal: [Int]
  let season: Int
  let constant: Bool
  let y: [Double]
  let x: [Double]?
  let loglik: Double
  let aicc: Double
  let variance: Double
  let mean: [Double]
  let deviation: [Double]
  let effect: Double?

  var arimaOrder: ArimaOrder { .init(order, seasonal, season) }
  var regressors: [Regressor] { x.map { [Regressor(name: "price", values: $0)] } ?? [] }
  var description: String {
    "\(arimaOrder)\(constant ? " with a constant" : "")\(x == nil ? "" : " with a regressor")"
  }

  static let all: [ModelReference] = FitReferences.load("models") ?? []
}

extension ArimaOrder {
  /// From R's (p, d, q) and (P, D, Q).
  fileprivate init(_ plain: [Int], _ seasonal: [Int], _ season: Int) {
    self.init(
      plain[0], plain[1], plain[2], seasonal: (seasonal[0], seasonal[1], seasonal[2]),
      season: season)
  }
}

enum FitReferences {
  /// Nil where the file cannot be read; the suites count what they got.
  static func load<Value: Decodable>(_ name: String) -> Value? {
    guard
      let url = Bundle.module.url(
        forResource: name, withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url)
    else { return nil }
    return try? JSONDecoder().decode(Value.self, from: data)
  }
}
