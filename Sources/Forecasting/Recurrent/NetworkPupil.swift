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

/// Numbers drawn from a seed: SplitMix64 (Steele, Lea and Flood 2014).
struct NetworkDice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number below `count`.
  mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// So many different numbers below `count`, ascending: one from each of as many equal parts.
  mutating func spread(_ picks: Int, below count: Int) -> [Int] {
    guard picks < count else { return Array(0..<count) }
    return (0..<picks).map { part in
      let first = part * count / picks
      return first + below(max(1, (part + 1) * count / picks - first))
    }
  }
}
