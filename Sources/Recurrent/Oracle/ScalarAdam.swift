/// Adam of one series: the oracle of `LaneAdam`.
struct ScalarAdam<Number: ScalarNumber> {
  let settings: AdamSettings
  var anchor: [Number]
  private var first: [Number]
  private var second: [Number]
  private var powers: (first: Number, second: Number) = (1, 1)

  init(settings: AdamSettings, anchor: [Number]) {
    (self.settings, self.anchor) = (settings, anchor)
    first = anchor.map { _ in 0 }
    second = first
  }

  /// Takes a step and clears the slopes.
  mutating func step(_ weights: inout [Number], _ slopes: inout [Number]) {
    let norm = slopes.reduce(into: Number(0)) { $0 += $1 * $1 }.squareRoot()
    let factor = min(1, Number(settings.normLimit) / (norm + 1e-6))
    let (b1, b2) = (Number(settings.firstDecay), Number(settings.secondDecay))
    let size = Number(settings.stepSize)
    powers = (powers.first * b1, powers.second * b2)
    for index in weights.indices {
      let slope = slopes[index] * factor
      first[index] = b1 * first[index] + (1 - b1) * slope
      second[index] = b2 * second[index] + (1 - b2) * slope * slope
      let (m, v) = (first[index] / (1 - powers.first), second[index] / (1 - powers.second))
      weights[index] -= size * Number(settings.pull) * (weights[index] - anchor[index])
      weights[index] -= size * m / (v.squareRoot() + Number(settings.epsilon))
      slopes[index] = 0
    }
  }
}
