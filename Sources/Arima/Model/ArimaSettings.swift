/// How an ARIMA model is found.
public struct ArimaSettings: Equatable, Sendable {
  /// The longest season that is taken.
  public static let longestSeason = 8_784
  /// Longer seasons are drawn by sines and cosines instead of by lags.
  public static let longestLag = 24

  /// How the order is chosen.
  public enum Search: Equatable, Sendable {
    /// From neighbour to better neighbour.
    case stepwise
    /// Every order with at most five coefficients.
    case exhaustive
    /// This one.
    case order(ArimaOrder, hasConstant: Bool)
  }

  /// The power that evens out a spread that grows with the level (Box and Cox 1964).
  public enum Power: Equatable, Sendable {
    /// None.
    case none
    /// The one that the series asks for.
    case automatic
    /// This one.
    case lambda(Double)
  }

  /// The points after which the series repeats itself; none for []. Lags go by the longest that is
  /// short enough for them, the others are drawn by sines and cosines.
  public var seasons: [Int]
  /// How the order is chosen.
  public var search: Search
  /// The power transform.
  public var power: Power
  /// How many of the best models are averaged by their criterion; 1 takes the best alone.
  public var averaged: Int
  /// Candidates at most.
  public var mostCandidates: Int
  /// Moves of parameters at most, over all candidates.
  public var mostMoves: Int

  /// Makes settings.
  public init(
    seasons: [Int] = [], search: Search = .stepwise, power: Power = .none, averaged: Int = 4,
    mostCandidates: Int = 94, mostMoves: Int = 3_000
  ) {
    self.seasons = seasons
    self.search = search
    self.power = power
    self.averaged = max(1, averaged)
    self.mostCandidates = max(1, mostCandidates)
    self.mostMoves = max(1, mostMoves)
  }
}
