import Recurrent

/// The lessons of a network: windows of many series, drawn from a seed, with targets before each
/// series' end of the course.
struct NetworkCourse: Sendable {
  /// The windows of a step on many series, and the fewest.
  private static let batches = 64...512
  private static let mostSteps = 500
  private static let fewestWindows = 4_096
  /// How often a window is looked at where there are few.
  private static let rounds = 6

  /// The part of the history that a course is on.
  enum Part { case tested, whole }

  let recipe: WindowRecipe
  let size: NetworkSize
  private let pupils: [NetworkPupil]
  private let ends: [Int]
  private let layout: WindowLayout
  /// How many different windows there are.
  let windows: Int
  let batch: Int
  let steps: Int

  /// `share` is the part of the usual number of steps.
  init(
    _ all: [NetworkPupil], _ part: Part, recipe: WindowRecipe, size: NetworkSize, share: Double
  ) {
    self.recipe = recipe
    self.size = size
    layout = WindowLayout(size.shape(recipe, days: recipe.days))
    func end(_ pupil: NetworkPupil) -> Int { part == .tested ? pupil.tested : pupil.maker.count }
    pupils = all.filter { !$0.origins(end: end($0)).isEmpty }
    ends = pupils.map(end)
    windows = zip(pupils, ends).reduce(0) { $0 + $1.0.origins(end: $1.1).count }
    let most = Self.mostSteps * Self.batches.upperBound
    let budget = max(Self.fewestWindows, min(Self.rounds * windows, most))
    batch = max(
      Self.batches.lowerBound, min(Self.batches.upperBound, budget / Self.mostSteps))
    steps = max(1, Int(Double(budget / batch) * share))
  }

  /// The windows of a step.
  func table(seed: UInt64) -> WindowTable {
    var dice = NetworkDice(seed: seed)
    var table = WindowTable(layout, capacity: batch)
    let weight = NetworkSize.dayWeight(recipe.days)
    for _ in 0..<batch {
      let index = dice.below(pupils.count)
      let origins = pupils[index].origins(end: ends[index])
      let maker = pupils[index].maker
      let origin = origins.lowerBound + dice.below(origins.count)
      let room = max(recipe.days, min(recipe.horizon, ends[index] - origin))
      maker.append(
        origin: origin, ahead: dice.spread(recipe.days, below: room), end: ends[index],
        byVolume: true, dayWeight: weight, to: &table)
    }
    return table
  }
}
