import Packing

/// The last season again: of each position in the season its last observed value.
struct SeasonalNaive: FittedModel {
  let season: Int
  /// The mean squared error of a season's step in the history, scaled.
  let variance: Double

  var summary: String { season == 1 ? "last value" : "last season of \(season)" }
  var isSmooth: Bool { false }

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    var last = [Double](repeating: 0, count: season)
    var day = 0
    return origins.map { origin in
      while day < origin {
        if history.weights[day] > 0 { last[day % season] = history.values[day] }
        day += 1
      }
      let mean = (0..<horizon).map { last[(origin + $0) % season] }
      return path(mean)
    }
  }

  /// A walk by seasons: the variance grows by one step each season, and all days of a position
  /// share their last value's error.
  private func path(_ mean: [Double]) -> Path {
    var path = Path(mean: mean, independentVariance: variance)
    for day in mean.indices { path.variance[day] = variance * Double(1 + day / season) }
    for day in mean.indices {
      var sum = 0.0
      let full = (day + 1) / season
      let rest = (day + 1) % season
      // A shock of season i is in every later day of its position: (k - i) of k days.
      let squares = { (k: Int) in Double(k * (k + 1) * (2 * k + 1)) / 6 }
      sum += squares(full + 1) * Double(rest) + squares(full) * Double(season - rest)
      path.cumulativeVariance[day] = variance * sum
    }
    return path
  }

  func pack(into writer: inout ByteWriter) {
    writer.count(season)
    writer.double(variance)
  }
}

struct SeasonalNaiveFamily: ModelFamily {
  let name = ModelName.seasonalNaive

  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel {
    let season = history.season
    guard history.observedCount > season else {
      throw .tooFewPoints(has: history.observedCount, needs: season + 1)
    }
    var sum = 0.0
    var pairs = 0.0
    for day in season..<history.count {
      let weight = history.weights[day] * history.weights[day - season]
      let step = history.values[day] - history.values[day - season]
      sum += weight * step * step
      pairs += weight
    }
    return SeasonalNaive(season: season, variance: pairs > 0 ? sum / pairs : 0)
  }

  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel {
    let season = try reader.count("season", limit: FitSettings.maximumSeason)
    guard season > 0 else { throw .invalid(what: "season 0") }
    let variance = try reader.variance()
    return SeasonalNaive(season: season, variance: variance)
  }
}
