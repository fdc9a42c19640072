import TestSupport
import Testing

@testable import Recurrent

@Suite struct LaneAdamTests {
  private typealias Lanes = SIMD8<Float>
  private let count = 12

  private func slope(_ step: Int, _ index: Int, _ lane: Int) -> Float {
    var random = SplitMix64(seed: UInt64(step * 1000 + index * 10 + lane))
    return Float(random.uniform() - 0.5)
  }

  /// Steps on made-up slopes; a lane steps where `active` says so.
  private func run(
    _ settings: AdamSettings, steps: Int, change: (LaneAdam<Lanes>) -> Void = { _ in },
    spoil: (Int, Column<Lanes>) -> Void = { _, _ in }, active: (Int, Int) -> Bool = { _, _ in true }
  ) -> [[Float]] {
    let adam = LaneAdam<Lanes>(count: count, settings: settings)
    let weights = Column<Lanes>(count: count)
    let slopes = Column<Lanes>(count: count)
    defer { weights.free() }
    defer { slopes.free() }
    for index in 0..<count {
      for lane in 0..<8 { weights[index][lane] = slope(77, index, lane) }
    }
    change(adam)
    for step in 0..<steps {
      var mask = Lanes(repeating: 0)
      for lane in 0..<8 {
        mask[lane] = active(step, lane) ? 1 : 0
        for index in 0..<count { slopes[index][lane] = slope(step, index, lane) }
      }
      spoil(step, slopes)
      _ = adam.step(weights, slopes, active: mask)
      for index in 0..<count { #expect(slopes[index] == Lanes(repeating: 0)) }
    }
    return (0..<8).map { lane in (0..<count).map { weights[$0][lane] } }
  }

  @Test func `A lane equals the oracle, with its own step size, pull and anchor`() {
    let settings = AdamSettings(normLimit: 0.7)
    let found = run(settings, steps: 30) { adam in
      adam.stepSize[3] = 0.02
      adam.pull[3] = 0.5
      for index in 0..<count { adam.anchor[index][3] = 0.25 }
    }
    var own = settings
    own.stepSize = 0.02
    own.pull = 0.5
    var oracle = ScalarAdam<Double>(
      settings: own, anchor: Array(repeating: 0.25, count: count))
    var weights = (0..<count).map { Double(slope(77, $0, 3)) }
    for step in 0..<30 {
      var slopes = (0..<count).map { Double(slope(step, $0, 3)) }
      oracle.step(&weights, &slopes)
    }
    #expect(largestDistance(found[3].map(Double.init), weights) < 1e-5)
  }

  @Test func `A stopped lane keeps its weights bit for bit`() {
    let short = run(AdamSettings(pull: 0.1), steps: 5)
    let stopped = run(AdamSettings(pull: 0.1), steps: 9) { step, lane in lane != 2 || step < 5 }
    #expect(stopped[2] == short[2])
    #expect(stopped[1] != short[1])
  }

  @Test func `A lane that paused goes on with the count of its own steps`() {
    let skipped = run(AdamSettings(), steps: 2) { step, lane in lane != 2 || step == 1 }
    // The first step of Adam is as long as the step size, whatever the slope is.
    for index in 0..<count {
      #expect(abs(abs(skipped[2][index] - slope(77, index, 2)) - 1e-3) < 1e-6)
    }
  }

  @Test(arguments: [Float.nan, .infinity, 1e30])
  func `A gradient without a length moves nothing, and its neighbours go on`(value: Float) {
    let clean = run(AdamSettings(), steps: 4)
    let spoiled = run(AdamSettings(), steps: 4) { _, slopes in slopes[5][6] = value }
    #expect(spoiled[6] == (0..<count).map { slope(77, $0, 6) })
    for lane in [0, 1, 5, 7] { #expect(spoiled[lane] == clean[lane]) }
  }

  @Test func `The length of a gradient is told before it is shortened`() {
    let adam = LaneAdam<Lanes>(count: 4, settings: AdamSettings(normLimit: 1))
    let weights = Column<Lanes>(count: 4)
    let slopes = Column<Lanes>(count: 4)
    defer { weights.free() }
    defer { slopes.free() }
    slopes[0][1] = 30
    slopes[3][1] = 40
    #expect(adam.step(weights, slopes)[1] == 50)
  }
}

extension LaneAdamTests {
  private func run(
    _ settings: AdamSettings, steps: Int, active: (Int, Int) -> Bool
  ) -> [[Float]] {
    run(settings, steps: steps, change: { _ in }, spoil: { _, _ in }, active: active)
  }

  private func run(
    _ settings: AdamSettings, steps: Int, spoil: (Int, Column<SIMD8<Float>>) -> Void
  ) -> [[Float]] {
    run(settings, steps: steps, change: { _ in }, spoil: spoil, active: { _, _ in true })
  }
}
