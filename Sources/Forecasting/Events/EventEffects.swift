import Glibc

/// What events did to a series in the past: how far its values were from those that their place in
/// the season had before.
///
/// A value is compared with the mean of the last few at the same place of the season on which the
/// event did not take place. Only earlier values are looked at, so that what is said of an occasion
/// stays as it is when days come.
struct EventEffects {
  /// Values at the same place of the season that are the mean of, and how far they are looked for.
  private static let (echoes, furthest) = (4, 10)
  /// Seasons up to this have a mean for each place.
  private static let mostPlaces = 31
  /// Days further back say little of now.
  private static let mostDays = 1_300

  /// What one event did.
  struct Effect {
    var event: SeriesEvent
    /// The sum of deviations by share, and of squared shares: their ratio is the effect.
    var sum = 0.0, weight = 0.0

    /// How far a day of it is from others, in the history's scale.
    var size: Double { weight > 0 ? sum / weight : 0 }
  }

  /// Of the events that recur within the history.
  private(set) var effects: [Effect] = []
  /// The mean square of the deviations of any day, and the number of them.
  private(set) var variance = 0.0, count = 0.0

  init(_ history: History) {
    let events = history.context.recurringEvents(history.count)
    guard !events.isEmpty else { return }
    let days = max(0, history.count - Self.mostDays)..<history.count
    let grid = history.context.first
    let season = history.season <= Self.mostPlaces ? max(1, history.season) : 1
    for event in events {
      var effect = Effect(event: event)
      let shares = event.shares(grid..<(grid + history.count))
      for day in days where shares[day] > 0 {
        guard let deviation = Self.deviation(history, day, season, shares) else { continue }
        effect.sum += shares[day] * deviation
        effect.weight += shares[day] * shares[day]
      }
      if effect.weight > 0 { effects.append(effect) }
    }
    for day in days {
      guard let deviation = Self.deviation(history, day, season, []) else { continue }
      variance += deviation * deviation
      count += 1
    }
    if count > 0 { variance /= count }
  }

  /// A day's value less the mean of those before it at its place of the season, without days with
  /// a share; nil where there are none.
  private static func deviation(
    _ history: History, _ day: Int, _ season: Int, _ shares: [Double]
  ) -> Double? {
    guard history.weights[day] > 0 else { return nil }
    var (sum, seen) = (0.0, 0.0)
    var before = day - season
    while before >= 0, seen < Double(echoes), day - before <= furthest * season {
      if history.weights[before] > 0, shares.isEmpty || shares[before] == 0 {
        sum += history.values[before]
        seen += 1
      }
      before -= season
    }
    return seen > 0 ? history.values[day] - sum / seen : nil
  }

  /// By how many of its standard errors an effect is from none.
  func certainty(_ effect: Effect) -> Double {
    variance > 0 ? abs(effect.sum) / (variance * effect.weight).squareRoot() : 0
  }
}

/// The few events that a model takes.
enum EventChoice {
  /// The most events of one series' model, and of a network.
  private static let most = 6
  /// An effect below so many of its standard errors may be chance: demand has long tails, and there
  /// are many events.
  private static let leastCertainty = 4.0
  /// What a typical series' level changes by at least where a network reads an event.
  private static let leastChange = 0.05
  /// The series that say what a network reads.
  private static let mostSeries = 400

  /// The events that a series by itself tells to do something, by name; the clearest ones where
  /// they are too many.
  static func events(for history: History) -> [SeriesEvent] {
    let found = EventEffects(history)
    let clear = found.effects.map { (event: $0.event, certainty: found.certainty($0)) }
      .filter { $0.certainty >= leastCertainty }
      .sorted { ($1.certainty, $0.event.name) < ($0.certainty, $1.event.name) }
    return clear.prefix(most).map(\.event).sorted { $0.name < $1.name }
  }

  /// What a network reads of the events of all series together: a column for each of those that
  /// explain most, and one for all others.
  struct Shared: Equatable {
    /// The names that have columns of their own, ascending.
    var named: [String] = []
    /// The others, by name: what a typical series' level changes by.
    var pooled: [WindowRecipe.PooledEvent] = []
  }

  /// What a network reads of events where there is room for so many columns.
  static func shared(for histories: [History], room: Int) -> Shared {
    var sums: [String: (sum: Double, weight: Double)] = [:]
    let step = max(1, (histories.count + mostSeries - 1) / mostSeries)
    for index in stride(from: 0, to: histories.count, by: step) {
      let history = histories[index]
      guard !history.context.events.isEmpty, history.demandCount > 0 else { continue }
      let level = history.values.reduce(0, +) / Double(history.observedCount)
      for effect in EventEffects(history).effects {
        sums[effect.event.name, default: (0, 0)].sum += effect.sum / level
        sums[effect.event.name, default: (0, 0)].weight += effect.weight
      }
    }
    let ranked = sums.map { name, effect in
      (
        name: name, change: effect.sum / effect.weight,
        explained: effect.sum * effect.sum / effect.weight
      )
    }.sorted { ($1.explained, $0.name) < ($0.explained, $1.name) }
    let telling = ranked.filter { abs($0.change) >= leastChange }
    guard room > 0, !telling.isEmpty else { return Shared() }
    let places = min(most, room)
    // Where one column is left over, it is shared.
    let named = telling.prefix(telling.count <= places ? places : places - 1).map(\.name)
    guard named.count < places else { return Shared(named: named.sorted()) }
    let pooled = ranked.filter { !named.contains($0.name) }.prefix(WindowRecipe.mostPooled)
      .map { WindowRecipe.PooledEvent(name: $0.name, change: Float(max(-1, min(1, $0.change)))) }
    return Shared(named: named.sorted(), pooled: pooled.sorted { $0.name < $1.name })
  }
}
