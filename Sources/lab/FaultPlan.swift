import TestSupport

/// A fault that will happen: all of its chance comes from the run's seed.
struct PlannedFault: Equatable, Sendable {
  var wish: Scenario.FaultWish
  /// The step in which it begins, by its place, and after what part of the time that the step takes
  /// where nothing disturbs it.
  var step: Int
  var fraction: Double
  /// How long it holds.
  var holdMilliseconds: Int
  /// What chooses the victim among those there are, and what else there is to choose.
  var chance: UInt64
}

/// What goes wrong in a run, in the order in which it does.
struct FaultPlan: Equatable, Sendable {
  var faults: [PlannedFault] = []

  /// What a scenario and a seed make.
  init(_ scenario: Scenario, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for wish in scenario.faults {
      let places = scenario.places(of: wish)
      for _ in 0..<wish.times {
        guard let step = places.randomElement(using: &random) else { continue }
        let seconds =
          wish.seconds.lowerBound
          + random.uniform() * (wish.seconds.upperBound - wish.seconds.lowerBound)
        faults.append(
          PlannedFault(
            wish: wish, step: step, fraction: random.uniform(),
            holdMilliseconds: Int(seconds * 1_000), chance: random.next()))
      }
    }
    faults.sort { ($0.step, $0.fraction) < ($1.step, $1.fraction) }
  }

  /// Those that begin in a step.
  func faults(in step: Int) -> [PlannedFault] { faults.filter { $0.step == step } }
}
