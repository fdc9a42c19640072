/// The size of a seasonal ARIMA model: (p,d,q) by the day, (P,D,Q) by the season.
public struct ArimaOrder: Hashable, Sendable, CustomStringConvertible {
  /// Autoregressive coefficients by the day.
  public var p: Int
  /// Differences by the day.
  public var d: Int
  /// Moving average coefficients by the day.
  public var q: Int
  /// Autoregressive coefficients by the season.
  public var seasonalP: Int
  /// Differences by the season.
  public var seasonalD: Int
  /// Moving average coefficients by the season.
  public var seasonalQ: Int
  /// The points in a season; 1 for none.
  public var season: Int

  /// Makes an order; without a season there are no seasonal parts.
  public init(
    _ p: Int, _ d: Int, _ q: Int, seasonal: (p: Int, d: Int, q: Int) = (0, 0, 0), season: Int = 1
  ) {
    precondition(min(p, d, q) >= 0 && min(seasonal.p, seasonal.d, seasonal.q) >= 0)
    precondition(season > 1 || (season == 1 && seasonal == (0, 0, 0)), "no season, no parts")
    self.p = p
    self.d = d
    self.q = q
    seasonalP = seasonal.p
    seasonalD = seasonal.d
    seasonalQ = seasonal.q
    self.season = season
  }

  /// How many coefficients the four polynomials have.
  public var coefficientCount: Int { p + q + seasonalP + seasonalQ }
  /// The degree of the whole autoregressive polynomial.
  public var autoregressiveDegree: Int { p + season * seasonalP }
  /// The degree of the whole moving average polynomial.
  public var movingAverageDegree: Int { q + season * seasonalQ }
  /// How many points the differences consume.
  public var lostPoints: Int { d + season * seasonalD }

  /// As in `ARIMA(1,1,2)(0,1,1)[7]`.
  public var description: String {
    let plain = "ARIMA(\(p),\(d),\(q))"
    return season == 1
      ? plain : plain + "(\(seasonalP),\(seasonalD),\(seasonalQ))[\(season)]"
  }
}
