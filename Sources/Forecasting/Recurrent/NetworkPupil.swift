import Recurrent

/// A series from which a shared network is taught.
struct NetworkPupil: Sendable {
  /// Windows further back than this are not looked at: what sold then sells no more.
  static let mostDays = 1_300
  /// The youngest that a series may be at the origin of a window.
  static let leastAge = 7

  let maker: WindowMaker
  /// The days before the backtests'.
  let tested: Int

  init(_ history: History, recipe: WindowRecipe, tested: Int) {
    let unit = DemandUnit(history.prefix(tested))
    maker = WindowMaker(history, recipe: recipe, unit: unit)
    self.tested = tested
  }

  /// The days before those that a series' own backtest tests; all where it has none.
  static func tested(_ history: History, horizon: Int) -> Int {
    Backtest(history, horizon: horizon)?.training.count ?? history.count
  }

  /// The origins of windows whose targets lie before `end`.
  func origins(end: Int) -> Range<Int> {
    let last = end - maker.recipe.days
    let first = max(Self.leastAge, end - Self.mostDays)
    return first < last ? first..<(last + 1) : 0..<0
  }
}
