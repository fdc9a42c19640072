internal import Arima

/// How ARIMA models of a series are found.
public struct ArimaOptions: Equatable, Sendable {
  /// The power that evens out a spread that grows with the level (Box and Cox 1964).
  public enum Power: Equatable, Sendable {
    /// None.
    case none
    /// The one that the series asks for.
    case automatic
    /// This one, -1...2.
    case lambda(Double)
  }

  /// An order to take instead of searching one: (p,d,q) by the day, (P,D,Q) by the season.
  public struct Order: Equatable, Sendable {
    /// The largest number in an order's place.
    public static let largest = 9

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
    /// A mean, or a drift where there is one difference.
    public var hasConstant: Bool

    /// Makes an order; numbers are brought into range.
    public init(
      _ p: Int, _ d: Int, _ q: Int, seasonal: (p: Int, d: Int, q: Int) = (0, 0, 0),
      hasConstant: Bool = false
    ) {
      let bounded = { (value: Int, most: Int) in max(0, min(value, most)) }
      self.p = bounded(p, Self.largest)
      self.d = bounded(d, 2)
      self.q = bounded(q, Self.largest)
      seasonalP = bounded(seasonal.p, Self.largest)
      seasonalD = bounded(seasonal.d, 2)
      seasonalQ = bounded(seasonal.q, Self.largest)
      self.hasConstant = hasConstant
    }
  }

  /// Whether every order with at most five coefficients is tried.
  public var isExhaustive: Bool
  /// The power transform.
  public var power: Power
  /// How many of the best orders are averaged; 1 takes the best alone.
  public var averaged: Int
  /// The order; nil to search.
  public var order: Order?

  /// Makes options.
  public init(
    isExhaustive: Bool = false, power: Power = .none, averaged: Int = 4, order: Order? = nil
  ) {
    self.isExhaustive = isExhaustive
    self.power = power
    self.averaged = max(1, min(averaged, 16))
    self.order = order
  }
}

extension ArimaOptions {
  /// The same in the words of the ARIMA room.
  func settings(season: Int, longSeasons: [Int]) -> ArimaSettings {
    var seasons = ([season] + longSeasons).filter { $0 > 1 }
    seasons = Set(seasons).sorted()
    var settings = ArimaSettings(seasons: seasons, averaged: averaged)
    settings.power =
      switch power {
      case .none: .none
      case .automatic: .automatic
      case .lambda(let lambda): .lambda(lambda)
      }
    if let order {
      // Without a season that lags can go by, an order has no seasonal part.
      let far = seasons.last { $0 <= ArimaSettings.longestLag } ?? 1
      settings.search = .order(
        ArimaOrder(
          order.p, order.d, order.q,
          seasonal: far > 1 ? (order.seasonalP, order.seasonalD, order.seasonalQ) : (0, 0, 0),
          season: far),
        hasConstant: order.hasConstant)
    } else if isExhaustive {
      settings.search = .exhaustive
    }
    return settings
  }
}
