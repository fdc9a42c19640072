import TestSupport
import Testing

@testable import Recurrent

/// Shared weights of simulated sales, learned once.
private let sharedWeights: [Float] = {
  var sales = SimulatedSales(seed: 1)
  var training = SharedTraining()
  training.steps = 100
  let learned = try? training.train(SimulatedSales.shape, loss: SimulatedSales.loss) { _ in
    sales.batch(64)
  }
  return learned?.weights ?? []
}()

@Suite struct OwnTrainingTests {
  private let shape = SimulatedSales.shape
  private let loss = SimulatedSales.loss

  /// A series whose week is turned around against what the shared weights know.
  private func series(_ seed: UInt64, weekly: Double = -0.6, days: Int = 20) -> OwnTraining.Series {
    var sales = SimulatedSales(seed: seed)
    let series = sales.series(days: 100, level: 5, weekly: weekly)
    return OwnTraining.Series(
      training: SimulatedSales.windows(series, 14..<(14 + days)),
      validation: SimulatedSales.windows(series, 70..<90))
  }

  private func settings(_ part: OwnTraining.Part, steps: Int, size: Float = 0.01) -> OwnTraining {
    var settings = OwnTraining()
    (settings.part, settings.steps, settings.stepSize, settings.patience) = (part, steps, size, 100)
    return settings
  }

  private func train(
    _ settings: OwnTraining, _ series: [OwnTraining.Series], lanes: Int = 16
  ) -> [OwnTraining.Learned] {
    settings.train(series, shape, loss: loss, shared: sharedWeights, lanes: lanes)
  }

  @Test(arguments: OwnTraining.Part.allCases)
  func `Steps are the oracle's, and move one part alone`(part: OwnTraining.Part) throws {
    var example = series(3, days: 9)
    example.pull = 0.5
    let learned = train(settings(part, steps: 4), [example])[0]
    let shared = sharedWeights.map { Double($0) }
    var network = ScalarNetwork(shape, loss: loss, weights: shared)
    let range = part.range(shape)
    var adam = ScalarAdam<Double>(
      settings: AdamSettings(stepSize: 0.01, pull: 0.5, normLimit: 1), anchor: Array(shared[range]))
    func validation() -> Double {
      let windows = example.validation.scalarWindows
      return windows.reduce(0) { $0 + network.loss($1) } / Double(windows.count)
        - example.validation.floor(loss)
    }
    var curve = [validation()]
    for _ in 0..<4 {
      network.slopes = network.slopes.map { _ in 0 }
      for window in example.training.scalarWindows { _ = network.backward(window) }
      var slopes = network.slopes[range].map { $0 / 9 }
      var weights = Array(network.weights[range])
      adam.step(&weights, &slopes)
      network.weights.replaceSubrange(range, with: weights)
      curve.append(validation())
    }
    #expect(largestDistance(learned.curve.map(Double.init), curve) < 1e-4)
    let weights = try #require(learned.weights)
    #expect(learned.bestStep == 4)
    #expect(weights[..<range.lowerBound] == sharedWeights[..<range.lowerBound])
    #expect(largestDistance(weights.map(Double.init), network.weights) < 1e-4)
  }

  @Test(arguments: OwnTraining.Part.allCases)
  func `A series unlike the others gains, and keeps its best weights`(part: OwnTraining.Part) throws
  {
    let learned = train(settings(part, steps: 15), [series(4)])[0]
    #expect(learned.weights != nil && learned.trouble == nil)
    #expect(learned.gain > 0.05)
    let least = try #require(learned.curve.min())
    #expect(learned.curve[learned.bestStep] == least)
    #expect(learned.gain == 1 - least / learned.curve[0])
    #expect(learned.curve.allSatisfy { $0 > 0 })
  }

  @Test func `Own weights are dropped without enough gain`() {
    var settings = settings(.outputLayer, steps: 15)
    let gain = train(settings, [series(4)])[0].gain
    settings.leastGain = gain + 0.01
    let learned = train(settings, [series(4)])[0]
    #expect(learned.weights == nil)
    #expect(learned.gain == gain && learned.trouble == nil)
  }

  @Test func `A series stops after validations without gain, and others go on`() {
    var settings = settings(.outputLayer, steps: 30, size: 0.02)
    settings.patience = 3
    // What it trains on is not what it is validated on.
    var misled = series(5)
    misled.validation = series(6, weekly: 0.6).validation
    let alone = train(settings, [misled])[0]
    let both = train(settings, [misled, series(4)])
    #expect(alone.curve.count < 30 && alone.curve.count == alone.bestStep + 1 + 3)
    #expect(both[0] == alone)
    #expect(both[1].curve.count > alone.curve.count)
  }

  @Test func `Only every few steps are validated, and the last`() {
    var settings = settings(.outputLayer, steps: 7)
    settings.every = 3
    #expect(train(settings, [series(4)])[0].curve.count == 1 + 3)
  }

  @Test(arguments: OwnTraining.Part.allCases)
  func `Bits are the same in every lane, for every width, beside all neighbours`(
    part: OwnTraining.Part
  ) {
    let settings = settings(part, steps: 3)
    let example = series(7, days: 6)
    let alone = train(settings, [example])[0]
    #expect(alone.weights != nil)
    // One of each is more than the lanes hold.
    let many = (0..<18).map { $0 == 2 || $0 == 17 ? example : series(UInt64($0), days: $0 % 12) }
    for lanes in [16, 8, 4] {
      let learned = train(settings, many, lanes: lanes)
      #expect(learned.count == 18)
      #expect(learned[2] == alone && learned[17] == alone)
    }
  }

  @Test(arguments: OwnTraining.Part.allCases)
  func `A neighbour that is no number tries twice, says so, and touches nobody`(
    part: OwnTraining.Part
  ) {
    let settings = settings(part, steps: 3)
    let example = series(7, days: 6)
    var broken = series(8)
    broken.training.append { row in
      for index in 0..<row.count { row[index] = .nan }
      for index in SimulatedSales.layout.dayWeights { row[index] = 1 }
    }
    var blind = series(9)
    blind.validation = broken.training
    let learned = train(settings, [broken, example, blind])
    #expect(learned[1] == train(settings, [example])[0])
    #expect(learned[0].weights == nil && learned[0].isSecondTry)
    #expect(learned[0].trouble == .notFinite(step: 0))
    #expect(learned[2].weights == nil && learned[2].trouble == .validationNotFinite)
  }

  @Test func `A series without windows keeps the shared weights`() {
    let none = WindowTable(SimulatedSales.layout)
    var (untaught, unproved) = (series(4), series(4))
    untaught.training = none
    unproved.validation = none
    for learned in train(settings(.head, steps: 2), [untaught, unproved]) {
      #expect(learned.weights == nil && learned.trouble == .noWindows(step: 0))
    }
  }

  @Test func `Earlier own weights are a start, and stay where nothing is better`() {
    var again = series(4)
    let first = train(settings(.outputLayer, steps: 15), [again])[0]
    again.start = first.weights
    #expect(first.weights != nil)
    let useless = settings(.outputLayer, steps: 2, size: 1)
    let second = train(useless, [again])[0]
    #expect(second.curve[0] == first.curve[first.bestStep])
    #expect(second.bestStep == 0 && second.weights == first.weights)
    #expect(second.gain == first.gain)
  }

  @Test func `A pull holds weights near the shared ones`() throws {
    func distance(_ pull: Float) throws -> Float {
      var example = series(4)
      example.pull = pull
      let learned = train(settings(.outputLayer, steps: 15), [example])[0]
      #expect(learned.pull == pull)
      let weights = try #require(learned.weights)
      return zip(weights, sharedWeights).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(try distance(30) < 0.8 * distance(0))
  }

  /// A step size with which weights end as no numbers, and with a third of which they do not.
  private func overflow(_ example: OwnTraining.Series) -> OwnTraining? {
    (0..<40).lazy.map {
      settings(.outputLayer, steps: 4, size: 1e36 * Float(1 << ($0 / 4)) * (1 + Float($0 % 4) / 4))
    }
    .first { train($0, [example])[0].isSecondTry }
  }

  @Test func `A second try is what a first one with a third of the step size is`() throws {
    var example = series(4, days: 3)
    var one = WindowTable(SimulatedSales.layout)
    one.append(0, of: example.validation)
    example.validation = one
    let large = try #require(overflow(example))
    let learned = train(large, [series(7), example, series(5)])
    var small = large
    small.stepSize /= 3
    var expected = train(small, [example])[0]
    #expect(!expected.isSecondTry && expected.trouble == nil && expected.curve.count == 5)
    expected.isSecondTry = true
    #expect(learned[1] == expected)
  }
}
