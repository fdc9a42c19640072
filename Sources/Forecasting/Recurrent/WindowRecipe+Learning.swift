import Demand
import Glibc

extension WindowRecipe {
  /// Columns with values beyond this are read as differences from their own mean.
  private static let share = 0.0...1.0

  /// The recipe for a run's series: which columns and traits most of them have, and their typical
  /// sizes.
  init(for histories: [History], season: Int, horizon: Int) {
    self.init(season: season, horizon: max(1, horizon))
    (columns, pooled) = Self.columns(of: histories)
    traits = Self.traits(of: histories)
    var logarithms = 0.0
    var sum = 0.0
    var count = 0.0
    for history in histories where history.demandCount > 0 {
      let maker = WindowMaker(history, recipe: self, unit: DemandUnit(history))
      let scale = Double(maker.scale(at: history.count))
      logarithms += Glibc.log(scale)
      sum += scale
      count += 1
    }
    guard count > 0 else { return }
    typicalScale = Float(min(max(exp(logarithms / count), 1e-20), 1e20))
    meanScale = Float(min(max(sum / count, 1e-20), 1e20))
  }

  /// The columns that most series have, by name where as many have two; then events.
  private static func columns(of histories: [History]) -> ([Column], [PooledEvent]) {
    var found: [String: Int] = [:]
    for history in histories {
      for regressor in history.regressors { found[regressor.name, default: 0] += 1 }
    }
    let names = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let columns = names.prefix(mostColumns).map(\.key).sorted().map { column($0, of: histories) }
    // A regressor of the same name is what is read then.
    let events = EventChoice.shared(for: histories, room: mostColumns - columns.count)
    var read = events.named.filter { found[$0] == nil }
    if !events.pooled.isEmpty { read.append(pooledName) }
    return (
      columns + read.map { Column(name: $0, isCentred: false, factor: 1) }, events.pooled
    )
  }

  /// How a column is read: shares as they are; others against their own mean, half a unit where
  /// they deviate as usual.
  private static func column(_ name: String, of histories: [History]) -> Column {
    var isShare = true
    var squares = 0.0
    var count = 0.0
    for history in histories {
      guard let regressor = history.regressors.first(where: { $0.name == name }) else { continue }
      // What is known ahead is not looked at either.
      let values = regressor.values.prefix(history.count).filter(\.isFinite)
      guard !values.isEmpty else { continue }
      let mean = values.reduce(0, +) / Double(values.count)
      for value in values {
        if !share.contains(value) { isShare = false }
        squares += (value - mean) * (value - mean)
      }
      count += Double(values.count)
    }
    if isShare { return Column(name: name, isCentred: false, factor: 1) }
    let deviation = count > 0 ? (squares / count).squareRoot() : 0
    let factor = deviation > 1e-20 && deviation.isFinite ? 0.5 / deviation : 0
    return Column(name: name, isCentred: true, factor: Float(min(factor, 1e20)))
  }

  /// The traits that most series have, but for those that all have.
  private static func traits(of histories: [History]) -> [String] {
    var found: [String: Int] = [:]
    for history in histories {
      for trait in Set(history.context.traits) { found[trait, default: 0] += 1 }
    }
    let telling = found.filter { $0.value < histories.count && $0.value > 1 }
    let names = telling.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return names.prefix(mostTraits).map(\.key).sorted()
  }
}
