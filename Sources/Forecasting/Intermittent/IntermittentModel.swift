import Packing

/// Demand that comes now and then: smoothed sizes, and smoothed intervals or probabilities.
///
/// Croston (1972) divides size by interval, both moved when demand occurs. Syntetos and Boylan
/// (2005) take off the bias of that ratio: times 1 - alpha/2. Teunter, Syntetos and Babai (2011)
/// move a probability each day instead, so that demand that died fades.
struct IntermittentModel: FittedModel {
  enum Kind: UInt8, Sendable { case croston, sba, tsb }

  let kind: Kind
  /// The weight of a new size.
  let alpha: Double
  /// The weight of a new interval, or of a day in the probability.
  let beta: Double
  /// The mean squared one-step error, scaled.
  let variance: Double

  var summary: String { "sizes by \(percent(alpha)), occurrence by \(percent(beta))" }
  var isSmooth: Bool { true }

  private func percent(_ weight: Double) -> String { "\((weight * 100).rounded()) %" }

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    var filter = IntermittentFilter(kind: kind, alpha: alpha, beta: beta)
    var day = 0
    return origins.map { origin in
      while day < origin {
        filter.step(history.values[day], weight: history.weights[day])
        day += 1
      }
      return Path(
        mean: [Double](repeating: filter.mean, count: horizon), independentVariance: variance)
    }
  }

  func pack(into writer: inout ByteWriter) {
    writer.float(Float(alpha))
    writer.float(Float(beta))
    writer.double(variance)
  }
}

/// The recursions day by day, for one pair of weights: how forecasts are made, and the oracle of
/// `IntermittentLanes`.
struct IntermittentFilter: Sendable {
  let kind: IntermittentModel.Kind
  let alpha: Double
  let beta: Double
  private(set) var size = 0.0
  /// The mean interval between demands; of TSB the probability of demand.
  private(set) var occurrence = 0.0
  private var sinceDemand = 1.0
  private var started = false

  init(kind: IntermittentModel.Kind, alpha: Double, beta: Double) {
    self.kind = kind
    self.alpha = alpha
    self.beta = beta
  }

  /// The expected demand of each day to come.
  var mean: Double {
    guard started else { return 0 }
    return switch kind {
    case .croston: size / occurrence
    case .sba: (1 - beta / 2) * size / occurrence
    case .tsb: size * occurrence
    }
  }

  /// Takes the next day; a missing one (weight 0) is as if it had not been.
  mutating func step(_ value: Double, weight: Double) {
    guard weight > 0 else { return }
    if value > 0 {
      if !started {
        size = value
        occurrence = kind == .tsb ? 1 / sinceDemand : sinceDemand
        started = true
      } else {
        size += alpha * (value - size)
        occurrence += beta * ((kind == .tsb ? 1 : sinceDemand) - occurrence)
      }
      sinceDemand = 1
    } else {
      if started, kind == .tsb { occurrence -= beta * occurrence }
      sinceDemand += 1
    }
  }
}
