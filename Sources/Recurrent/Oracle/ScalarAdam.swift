/// Adam of one set of weights: the oracle of `LaneAdam`, and what steps shared weights.
struct ScalarAdam<Number: ScalarNumber> {
  var settings: AdamSettings
  var anchor: [Number]
  private var first: [Number]
  private var second: [Number]
  private var powers: (first: Number, second: Number) = (1, 1)

  init(settings: AdamSettings, anchor: [Number]) {
    (self.settings, self.anchor) = (settings, anchor)
    first = anchor.map { _ in 0 }
    second = first
  }

  /// Takes a step and clears the slopes. Returns the length of the gradient before it was
  /// shortened; where that is not finite, nothing moves.
  @discardableResult
  mutating func step(_ weights: inout [Number], _ slopes: inout [Number]) -> Number {
    let norm = slopes.reduce(into: Number(0)) { $0 += $1 * $1 }.squareRoot()
    defer { for index in slopes.indices { slopes[index] = 0 } }
    guard norm.isFinite else { return norm }
    let factor = min(1, Number(settings.normLimit) / (norm + 1e-6))
    let (b1, b2) = (Number(settings.firstDecay), Number(settings.secondDecay))
    let (size, pull) = (Number(settings.stepSize), Number(settings.pull))
    let epsilon = Number(settings.epsilon)
    powers = (powers.first * b1, powers.second * b2)
    for index in weights.indices {
      let slope = slopes[index] * factor
      first[index] = b1 * first[index] + (1 - b1) * slope
      second[index] = b2 * second[index] + (1 - b2) * slope * slope
      let (m, v) = (first[index] / (1 - powers.first), second[index] / (1 - powers.second))
      weights[index] -= size * pull * (weights[index] - anchor[index])
      weights[index] -= size * m / (v.squareRoot() + epsilon)
    }
    return norm
  }
}
