import Demand
import Forecasting
import Threading

/// The forecasts of all pairs for each week of a simulation, as they were made on its first day.
/// They depend on demand alone, so that all settings of a policy can share them.
struct ForecastBook: Sendable {
  /// Days ahead.
  static let horizon = 56
  /// Days from one forecast to the next.
  static let interval = 7
  private static let spans = Quantiles.spans(within: horizon).count
  private static let size = horizon + spans * Quantiles.levels.count
  /// The day of which history ends; any will do that is the same for all.
  private static let firstDay = Day(year: 2024, month: 1, day: 1)

  /// By pair: week by week the means, then the quantiles of sums.
  private var figures: [[Float]]

  /// Fits each SKU on the history, and again twice a year; every week new days are read.
  init(_ world: LoopWorld, threads: Int, refitWeeks: Int = 26) throws {
    var itemPairs = Array(repeating: [Int](), count: world.items.count)
    for pair in world.pairs.indices { itemPairs[world.pairs[pair].item].append(pair) }
    let pool = try ComputePool(name: "forecasts", threadCount: threads, queueLimit: threads)
    defer { pool.stop() }
    let next = Locked(0)
    let answers = Mailbox<[(pair: Int, figures: [Float])]>(limit: threads)
    let all = itemPairs
    for _ in 0..<threads {
      _ = pool.submit {
        var own: [(pair: Int, figures: [Float])] = []
        while true {
          let item = next.withLock { next in
            defer { next += 1 }
            return next
          }
          guard item < all.count else { break }
          own += Self.forecasts(of: item, all[item], world, refitWeeks: refitWeeks)
        }
        _ = answers.post(own)
      }
    }
    figures = Array(repeating: [], count: world.pairs.count)
    for _ in 0..<threads {
      for (pair, made) in answers.take(timeoutMilliseconds: nil, atMost: 1).joined() {
        figures[pair] = made
      }
    }
  }

  private static func forecasts(
    of item: Int, _ pairs: [Int], _ world: LoopWorld, refitWeeks: Int
  ) -> [(pair: Int, figures: [Float])] {
    guard !pairs.isEmpty else { return [] }
    let start = firstDay - world.historyDays
    let places = pairs.map { pair in
      (pair: pair, location: location(world.pairs[pair].warehouse, world))
    }
    .sorted { $0.location < $1.location }
    let settings = FitSettings(
      season: 7, horizon: 28, candidates: [.smoothing, .croston, .sba, .tsb, .seasonalNaive])
    var answer = places.map { (pair: $0.pair, figures: [Float]()) }
    var model: ItemModel?
    for (week, day) in stride(from: 0, to: world.days, by: interval).enumerated() {
      let demand = places.map { place in
        LocationDemand(
          location: place.location,
          series: DemandSeries(
            start: start,
            units: (-world.historyDays..<day).map { world.demand(place.pair, day: $0) }))
      }
      let asOf = firstDay + (day - 1)
      if week % refitWeeks == 0 { model = .fit(demand, asOf: asOf, settings: settings) }
      guard let forecast = model?.forecast(demand, asOf: asOf, horizon: horizon) else { continue }
      for (at, part) in forecast.locations.enumerated() {
        answer[at].figures += part.forecast.mean.map(Float.init)
        answer[at].figures += part.forecast.cumulative.map(Float.init)
      }
    }
    return answer
  }

  static func location(_ warehouse: Int, _ world: LoopWorld) -> Location {
    guard let location = try? Location(bytes: Array(world.warehouses[warehouse].name.utf8)) else {
      preconditionFailure("a warehouse without a name")
    }
    return location
  }

  func location(_ warehouse: Int, _ world: LoopWorld) -> Location {
    Self.location(warehouse, world)
  }

  /// The forecast that was made before `day`, from the day of its making on. Quantiles of single
  /// days were not kept, and are 0.
  func forecast(_ pair: Int, week: Int) -> Forecast {
    let start = week * Self.size
    let own = figures[pair]
    let cumulative = own[start + Self.horizon..<start + Self.size].map(Double.init)
    return Forecast(
      mean: own[start..<start + Self.horizon].map(Double.init),
      quantiles: Array(repeating: 0, count: Self.horizon * Quantiles.levels.count),
      cumulative: cumulative)
  }
}
