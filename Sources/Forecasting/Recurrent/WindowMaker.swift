import Demand
import Glibc
import Recurrent

/// Makes windows of one series as rows of numbers, by a recipe.
///
/// A window stands at an origin: the number of days that are known there. It says nothing of any
/// day from the origin on, but for columns whose future is known, and its targets.
struct WindowMaker: Sendable {
  private static let largest: Float = 1e30
  /// Ages and silences beyond this are all alike.
  private static let mostDays = 1_500
  private static let leastScale: Float = 1e-30

  let recipe: WindowRecipe
  /// Demand by day in its own units; NaN where one is missing.
  private let values: [Float]
  /// By column of the recipe: its value by day, held where none was given; it may go on beyond the
  /// last day where its future is known.
  private let columns: [[Float]]
  private let beyond: [SeriesRegressor.Beyond]
  /// By column, where something is planned: what it is on other days, by day, and the plan.
  private let plans: [(regular: [Float], plan: [Float])?]
  /// By column, where it is of events: these, and what each counts.
  private let events: [[EventPart]]
  /// Where the first value stands in time.
  private let first: Int
  private let isDaily: Bool
  /// 1 for each trait of the recipe that the series has.
  private let traits: [Float]
  /// The least scale: a tenth of a unit, or of a typical value where demand is not in units.
  private let floor: Float

  /// `unit` comes from the days that may be known: a maker is handed later ones to be tested on.
  init(_ history: History, recipe: WindowRecipe, unit: DemandUnit) {
    self.recipe = recipe
    let values = history.values.indices.map { day in
      history.weights[day] > 0
        ? min(Float(history.values[day] * history.scale), Self.largest) : Float.nan
    }
    self.values = values
    first = history.context.first
    isDaily = history.context.isDaily
    traits = recipe.traits.map { history.context.traits.contains($0) ? 1 : 0 }
    floor = max(0.1 * unit.typical, Self.leastScale)
    let given = recipe.columns.map { column in
      history.regressors.first { $0.name == column.name }
    }
    beyond = given.map { $0?.beyond ?? .zero }
    columns = given.map { regressor in Self.filled(regressor?.values ?? []) }
    plans = zip(given, columns).map { regressor, values in
      guard let regressor, !regressor.plan.isEmpty else { return nil }
      var regular = RegularValue()
      return (
        values.indices.map { day in
          regular.take(Double(values[day]), planned: regressor.planned(day))
          return Float(regular.value)
        }, Self.filled(regressor.plan)
      )
    }
    events = zip(recipe.columns, given).map { column, regressor in
      regressor == nil ? Self.events(of: column, recipe, history.context) : []
    }
  }

  /// An event in a column, and what a day of it counts there.
  private struct EventPart {
    var event: SeriesEvent
    var factor = 1.0
  }

  private static func events(
    of column: WindowRecipe.Column, _ recipe: WindowRecipe, _ context: SeriesContext
  ) -> [EventPart] {
    guard column.name == WindowRecipe.pooledName else {
      guard let event = context.event(column.name) else { return [] }
      return [EventPart(event: event)]
    }
    return recipe.pooled.compactMap { pooled in
      guard let event = context.event(pooled.name) else { return nil }
      return EventPart(event: event, factor: Double(pooled.change))
    }
  }

  /// The values with gaps closed by the value before them.
  private static func filled(_ values: [Double]) -> [Float] {
    var last: Float = 0
    return values.map { value in
      if value.isFinite { last = Float(max(-1e30, min(1e30, value))) }
      return last
    }
  }

  /// The number of days.
  var count: Int { values.count }

  /// The scale at an origin: half the means of one and of two spans.
  func scale(at origin: Int) -> Float { levels(at: origin).scale }

  /// Recent means, over a quarter of a span to thirteen of them, which are a year of days; the
  /// share of days without demand; and the scale. All of days that were observed.
  private struct Levels {
    var near: Float, span: Float, far: Float, year: Float
    var zeros: Float
    var scale: Float
  }

  private func levels(at origin: Int) -> Levels {
    let span = recipe.span
    let ends = [max(1, span / 4), span, 2 * span, 4 * span, 13 * span]
    var means: [Float] = [0, 0, 0, 0, 0]
    var sum: Float = 0
    var seen = 0
    var none = 0
    var zeros: Float = 0
    var day = origin - 1
    // Days that are missing say nothing: what is known of those before them still holds.
    while day >= 0, seen < ends[4], origin - day <= Self.mostDays {
      let value = values[day]
      day -= 1
      guard value >= 0 else { continue }
      sum += value
      seen += 1
      if value == 0 { none += 1 }
      if seen <= ends[2] { zeros = Float(none) / Float(seen) }
      for (index, end) in ends.enumerated() where seen <= end { means[index] = sum / Float(seen) }
    }
    return Levels(
      near: means[0], span: means[1], far: means[3], year: means[4], zeros: zeros,
      scale: max(floor, 0.5 * (means[1] + means[2])))
  }

  /// The mean of the last values at the place of the season that `day` has; days from the origin
  /// on are not looked at. The scale where there are none.
  private func base(_ day: Int, origin: Int, scale: Float) -> Float {
    let season = recipe.season
    let ahead = day - origin
    var at = day - (ahead / season + 1) * season
    var sum: Float = 0
    var seen: Float = 0
    while at >= 0, seen < Float(recipe.echoes), origin - at <= Self.mostDays {
      if values[at] >= 0 {
        sum += values[at]
        seen += 1
      }
      at -= season
    }
    return seen > 0 ? sum / seen : scale
  }

  /// Seasons up to this have a mean for each place; of longer ones a year has too few values.
  private static let mostPlaces = 31

  /// The dispersion of demand about the means of its places in the season in the last year before
  /// an origin: what its variance has above a Poisson's, over the squared mean.
  func dispersion(at origin: Int) -> Double {
    let places = recipe.season <= Self.mostPlaces ? recipe.season : 1
    var sums = [Double](repeating: 0, count: places)
    var counts = sums
    var squares = 0.0
    for day in max(0, origin - 364)..<max(0, origin) where values[day] >= 0 {
      let value = Double(values[day])
      sums[day % places] += value
      counts[day % places] += 1
      squares += value * value
    }
    var (explained, mean, seen, used) = (0.0, 0.0, 0.0, 0.0)
    for place in 0..<places where counts[place] > 0 {
      explained += sums[place] * sums[place] / counts[place]
      mean += sums[place]
      seen += counts[place]
      used += 1
    }
    guard seen > used, mean > 0 else { return 0 }
    mean /= seen
    let variance = max(0, squares - explained) / (seen - used)
    return max(0, (variance - mean) / (explained / seen))
  }

  /// The days since something sold.
  private func silence(before origin: Int) -> Int {
    let most = min(origin, Self.mostDays)
    for back in 0..<most where values[origin - 1 - back] > 0 { return back }
    return most
  }

  /// Appends a window at `origin`: what it looks back on, and of each of the days `ahead` (0 is the
  /// first after the origin) what is known and, before `end`, what was. The order is that of
  /// `WindowTable`. Each day counts `dayWeight`; `byVolume` lets the means of series that sell much
  /// count more, as they do for whoever adds up errors in units.
  func append(
    origin: Int, ahead: [Int], end: Int, byVolume: Bool = false, dayWeight: Float = 0,
    to table: inout WindowTable
  ) {
    let levels = levels(at: origin)
    let inverse = 1 / levels.scale
    let centres = columns.indices.map { centre($0, at: origin) }
    let shares = shares(around: origin, ahead: ahead)
    let bases = ahead.map { base(origin + $0, origin: origin, scale: levels.scale) * inverse }
    let targets = ahead.map { origin + $0 < end ? values[origin + $0] * inverse : Float.nan }
    var row: [Float] = []
    row.reserveCapacity(table.layout.count)
    row.append(byVolume ? max(0.02, min(20, levels.scale / recipe.meanScale)) : 1)
    appendStatics(origin, levels, centres, shares, &row)
    for day in (origin - recipe.steps)..<origin {
      appendInput(day, inverse, centres, shares, origin, &row)
    }
    for (day, base) in zip(ahead, bases) {
      appendSeason(origin + day, &row)
      appendCalendar(origin + day, &row)
      appendColumns(origin + day, origin: origin, centres, shares, &row)
      row.append(Float(min(day, recipe.horizon - 1)) / Float(WindowRecipe.mostDays))
      row.append(log(base + 0.1))
    }
    for target in targets { row.append(target >= 0 ? target : 0) }
    for target in targets { row.append(target >= 0 ? dayWeight : 0) }
    row.append(contentsOf: bases)
    table.append { numbers in
      for index in row.indices { numbers[index] = row[index] }
    }
  }

  private func appendStatics(
    _ origin: Int, _ levels: Levels, _ centres: [Float], _ shares: [[Double]],
    _ row: inout [Float]
  ) {
    let against = 1 / (levels.scale + floor)
    row.append(0.5 * log(levels.scale / recipe.typicalScale))
    row.append(log((levels.near + floor) * against))
    row.append(log((levels.span + floor) * against))
    row.append(log((levels.far + floor) * against))
    row.append(log((levels.year + floor) * against))
    row.append(levels.zeros)
    row.append(log(Float(min(origin, Self.mostDays)) / 365 + 0.1))
    row.append(log1p(Float(silence(before: origin)) / Float(recipe.span)))
    appendColumns(origin - 1, origin: origin, centres, shares, &row)
    row.append(contentsOf: traits)
  }

  private func appendInput(
    _ day: Int, _ inverse: Float, _ centres: [Float], _ shares: [[Double]], _ origin: Int,
    _ row: inout [Float]
  ) {
    let value = day >= 0 ? values[day] : .nan
    row.append(value >= 0 ? log1p(value * inverse) : 0)
    row.append(value == 0 ? 1 : 0)
    row.append(value >= 0 ? 0 : 1)
    appendSeason(day, &row)
    appendColumns(day, origin: origin, centres, shares, &row)
  }

  /// The mean of a column over the last year before an origin, where it is read against that.
  private func centre(_ column: Int, at origin: Int) -> Float {
    guard recipe.columns[column].isCentred else { return 0 }
    let values = columns[column]
    let days = max(0, min(origin, values.count) - 364)..<max(0, min(origin, values.count))
    guard !days.isEmpty else { return values.first ?? 0 }
    var sum: Float = 0
    for day in days { sum += values[day] }
    return sum / Float(days.count)
  }

  /// By column, where it is of events: their shares from the window's first day to the last one
  /// ahead.
  private func shares(around origin: Int, ahead: [Int]) -> [[Double]] {
    let start = first + origin - recipe.steps
    let days = start..<(first + origin + (ahead.max() ?? -1) + 1)
    return events.map { parts in
      guard let first = parts.first else { return [] }
      // Most columns are of one event, as it is.
      if parts.count == 1, first.factor == 1 { return first.event.shares(days) }
      var sum = [Double](repeating: 0, count: days.count)
      for part in parts {
        for (day, share) in part.event.shares(days).enumerated() where share > 0 {
          sum[day] += part.factor * share
        }
      }
      return sum.map { max(-1, min(1, $0)) }
    }
  }

  private func appendColumns(
    _ day: Int, origin: Int, _ centres: [Float], _ shares: [[Double]], _ row: inout [Float]
  ) {
    for (index, column) in recipe.columns.enumerated() {
      guard shares[index].isEmpty else {
        row.append(Float(shares[index][day - origin + recipe.steps]) * column.factor)
        continue
      }
      guard day >= 0, let value = value(index, on: day, origin: origin) else {
        row.append(0)
        continue
      }
      row.append(max(-5, min(5, (value - centres[index]) * column.factor)))
    }
  }

  /// A column's value on a day as it is known at the origin; nil where nothing is known.
  private func value(_ column: Int, on day: Int, origin: Int) -> Float? {
    let values = columns[column]
    if day < origin || beyond[column] == .known {
      return day < values.count ? values[day] : values.last
    }
    let plan = plans[column].map { $0.plan.indices.contains(day) ? $0.plan[day] : 0 }
    guard beyond[column] == .last else { return plan }
    guard origin > 0, !values.isEmpty else { return nil }
    let last = min(origin, values.count) - 1
    return (plans[column]?.regular[last] ?? values[last]) + (plan ?? 0)
  }

  private func appendSeason(_ day: Int, _ row: inout [Float]) {
    let season = recipe.season
    let place = ((first + day) % season + season) % season
    guard season > WindowRecipe.seasonSlots else {
      for slot in 0..<WindowRecipe.seasonSlots { row.append(slot == place ? 1 : 0) }
      return
    }
    let angle = 2 * Float.pi * Float(place) / Float(season)
    for harmonic in 1...3 {
      row.append(sin(angle * Float(harmonic)))
      row.append(cos(angle * Float(harmonic)))
    }
    row.append(0)
  }

  private func appendCalendar(_ day: Int, _ row: inout [Float]) {
    guard isDaily else {
      for _ in 0..<WindowRecipe.calendarSlots { row.append(0) }
      return
    }
    let date = Day(number: Int32(truncatingIfNeeded: first + day))
    let (year, _, dayOfMonth) = date.calendar
    let dayOfYear = Int(date.number - Day(year: year, month: 1, day: 1).number)
    row.append(contentsOf: CalendarWaves.year[dayOfYear])
    row.append(contentsOf: CalendarWaves.month[dayOfMonth - 1])
  }
}
