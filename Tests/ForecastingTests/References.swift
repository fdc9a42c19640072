import Foundation
import Testing

@testable import Forecasting

/// A series and what R's `ets` says of it; see Fixtures/smoothing.R.
struct SmoothingReference: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let y: [Double]
  let season: Int
  let trend: UInt8
  let seasonal: UInt8
  let parameters: [Double]
  let start: [Double]
  let loglik: Double
  let mean: [Double]
  let sigma: [Double]

  var testDescription: String { name }
  var history: History { History(y, season: season) }

  var form: SmoothingForm {
    SmoothingForm(
      trend: SmoothingForm.Trend(rawValue: trend) ?? .none,
      season: SmoothingForm.Season(rawValue: seasonal) ?? .none)
  }

  var weights: SmoothingWeights {
    let phi = form.trend == .none ? 0 : form.trend == .additive ? 1 : parameters[3]
    return SmoothingWeights(
      alpha: parameters[0], beta: parameters[1], gamma: parameters[2], phi: phi)
  }

  /// R keeps the season with the latest position first; ours begins with the next day's.
  var state: SmoothingState {
    let scale = history.scale
    let trends = form.trend == .none ? 0 : 1
    var season = Array(start[(1 + trends)...].reversed())
    if form.season == .additive { season = season.map { $0 / scale } }
    return SmoothingState(
      level: start[0] / scale, trend: trends == 1 ? start[1] / scale : 0, season: season)
  }
}

/// A series and what statsforecast says of it; see Fixtures/intermittent.py.
struct IntermittentReference: Decodable, Sendable {
  let y: [Double]
  let croston: Double
  let sba: Double
  let tsb: Double
}

enum References {
  static let smoothing: [SmoothingReference] = load("smoothing")
  static let intermittent: [IntermittentReference] = load("intermittent")

  /// Empty where the file cannot be read, which the suites check.
  private static func load<Value: Decodable>(_ name: String) -> [Value] {
    guard
      let url = Bundle.module.url(
        forResource: name, withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url)
    else { return [] }
    return (try? JSONDecoder().decode([Value].self, from: data)) ?? []
  }
}
