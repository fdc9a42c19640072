import CommandLineArguments
import Demand
import Forecasting
import Pictures
import Replenishment

/// A SKU's course as charts: its demand, and below it its stock where it is planned.
struct CourseCharts {
  private let course: SKUCourse
  private let days: Int

  /// Shows the last `days` days of history.
  init(_ course: SKUCourse, days: Int) {
    self.course = course
    self.days = days
  }

  /// The charts, from top to bottom.
  var charts: [Chart] { [demand] + (stock.map { [$0] } ?? []) }

  /// What is missing, and what makes it; empty where all is there.
  var missing: [String] {
    var sentences: [String] = []
    if course.forecast == nil {
      sentences.append(
        course.model == nil
          ? "no forecast yet: `granary train` and then `granary forecast` make one"
          : "no forecast yet: `granary forecast` makes one")
    } else if course.plans.isEmpty {
      sentences.append("nothing is planned yet: `granary allocate` plans")
    } else if course.plans.allSatisfy({ $0.plan.stock == nil }) {
      sentences.append("no stock is known here: `granary ingest inventory.csv` brings it")
    }
    return sentences
  }

  private var place: String {
    guard let location = course.location else { return "all \(course.locations.count) locations" }
    return location.description
  }

  // MARK: Demand

  private static let wideBand = (low: 0.05, high: 0.95), strongBand = (low: 0.25, high: 0.75)

  private var demand: Chart {
    let last = max(course.asOf ?? .supported.lowerBound, course.history?.end ?? course.firstDay)
    let first = max(course.history?.start ?? last, last - (days - 1))
    let end = max(last, (course.asOf ?? last) + shownForecast)
    var chart = Chart(
      title: "\(course.sku) at \(place): demand and forecast", note: note,
      across: .days(first...end), unit: "units a day")
    chart.layers = gaps(from: first) + bands + lines(from: first) + marks(from: first, to: end)
    return chart
  }

  /// Days of the forecast that are shown: the past keeps the larger part of the picture.
  private var shownForecast: Int {
    min(course.forecast?.horizon ?? 0, max(Self.fewestForecastDays, days / 2))
  }

  private static let fewestForecastDays = 28

  private var note: String {
    if let reason = course.quarantine {
      return "in quarantine, forecast by the fallback: \(reason)"
    }
    var parts: [String] = []
    if let asOf = course.asOf { parts.append("as of \(asOf)") }
    if let model = course.model {
      parts.append(model.name.description)
      if let accuracy = model.accuracy {
        var text = "off by \(Self.number(accuracy.mae)) a day in the backtest"
        if let mase = accuracy.mase { text += " (MASE \(Readable.decimal(mase, places: 2)))" }
        parts.append(text)
      }
    } else if course.forecast != nil {
      parts.append("its share of the total's forecast")
    }
    return (parts + missing).joined(separator: ", ")
  }

  /// Days on which the shelf was empty, and days that were never known.
  private func gaps(from first: Day) -> [Chart.Layer] {
    var days = course.cleaned.withoutStock
    if let history = course.history {
      for (index, units) in history.units.enumerated() where units.isNaN {
        days.append(history.start + index)
      }
    }
    let spans = DayMarks.spans(days.filter { $0 >= first })
    return spans.isEmpty ? [] : [Chart.Layer("out of stock or missing", .missing, .spans(spans))]
  }

  private var bands: [Chart.Layer] {
    [("90 % band", Self.wideBand, false), ("50 % band", Self.strongBand, true)].compactMap {
      name, levels, isStrong in
      guard let forecast = course.forecast, let asOf = course.asOf,
        let low = Quantiles.levels.firstIndex(of: levels.low),
        let high = Quantiles.levels.firstIndex(of: levels.high)
      else { return nil }
      let reaches = (0..<shownForecast).map { day in
        Chart.Reach(
          Double((asOf + (day + 1)).number), forecast.quantile(day: day, level: low),
          forecast.quantile(day: day, level: high))
      }
      return Chart.Layer(name, .forecast, .band(reaches, isStrong: isStrong))
    }
  }

  private func lines(from first: Day) -> [Chart.Layer] {
    var layers: [Chart.Layer] = []
    if let history = course.history {
      layers.append(Chart.Layer("sold", .demand, .line(sold(history, from: first))))
    }
    if let last = course.asOf ?? course.history?.end, !course.fitted.isEmpty {
      let start = last - (course.fitted.count - 1)
      let points = course.fitted.enumerated().compactMap { index, units in
        start + index < first ? nil : Chart.Point(Double((start + index).number), units)
      }
      layers.append(Chart.Layer("fit, a day ahead", .fit, .line(points)))
    }
    if let forecast = course.forecast, let asOf = course.asOf {
      let points = forecast.mean.prefix(shownForecast).enumerated().map {
        Chart.Point(Double((asOf + ($0 + 1)).number), $1)
      }
      layers.append(Chart.Layer("forecast", .forecast, .line(points)))
    }
    return layers
  }

  private func marks(from first: Day, to end: Day) -> [Chart.Layer] {
    var layers: [Chart.Layer] = []
    if course.forecast != nil, let asOf = course.asOf {
      layers.append(Chart.Layer("", .missing, .upright(Double(asOf.number) + 0.5)))
    }
    layers += outliers(first)
    return layers + rows(first...end)
  }

  /// Days that models leave out, at the height of the highest other day: were they drawn as high as
  /// they are, nothing else could be seen.
  private func outliers(_ first: Day) -> [Chart.Layer] {
    guard let history = course.history else { return [] }
    let places = course.cleaned.outliers.filter { $0 >= first && $0 <= history.end }
    let units = places.map { history.units[$0 - history.start] }
    guard let most = units.max() else { return [] }
    let height = sold(history, from: first).reduce(0) { $1.y.isNaN ? $0 : max($0, $1.y) }
    let count = places.count == 1 ? "outlier of" : "\(places.count) outliers of up to"
    return [
      Chart.Layer(
        "\(count) \(Self.number(most)), left out", .outlier,
        .pins(places.map { Chart.Point(Double($0.number), height) }))
    ]
  }

  private func sold(_ history: DemandSeries, from first: Day) -> [Chart.Point] {
    let outliers = Set(course.cleaned.outliers)
    return history.units.enumerated().compactMap { index, units in
      let day = history.start + index
      guard day >= first else { return nil }
      return Chart.Point(Double(day.number), outliers.contains(day) ? .nan : units)
    }
  }

  /// What is known of days, beneath them: an empty shelf at some locations, promotions, holidays.
  private func rows(_ shown: ClosedRange<Day>) -> [Chart.Layer] {
    let partly = course.cleaned.partlyWithoutStock.filter(shown.contains).map { $0...$0 }
    var promoted = DayMarks.days(of: course.events.filter { $0.kind == .promotion }, within: shown)
    if let history = course.history {
      promoted += history.promotions.enumerated().compactMap { index, isPromoted in
        let day = history.start + index
        return isPromoted && shown.contains(day) ? day...day : nil
      }
    }
    func marks(_ days: [ClosedRange<Day>]) -> [Chart.Mark] {
      DayMarks.runs(days).map { Chart.Mark(DayMarks.span($0)) }
    }
    let holidays = course.events.filter { $0.kind == .holiday }
    let rows: [(String, Ink, [Chart.Mark])] = [
      ("out of stock at a location", .missing, marks(partly)),
      ("promotion", .event, marks(promoted)),
      ("holiday", .holiday, DayMarks.named(holidays, within: shown)),
    ]
    return rows.filter { !$0.2.isEmpty }.map { Chart.Layer($0.0, $0.1, .marks($0.2)) }
  }

  // MARK: Stock

  private var stock: Chart? {
    guard let asOf = course.asOf, let stock = StockCourse(course.plans, from: asOf) else {
      return nil
    }
    func points(_ units: [Double]) -> [Chart.Point] {
      units.enumerated().map { Chart.Point(Double((asOf + $0).number), $1) }
    }
    let last = asOf + (stock.onHand.count - 1)
    var chart = Chart(
      title: "Expected stock", note: stockNote, across: .days(asOf...last), unit: "units")
    chart.layers = [Chart.Layer("on hand", .stock, .steps(points(stock.onHand)))]
    if stock.without != stock.onHand {
      chart.layers.append(
        Chart.Layer("without today's orders", .missing, .dashes(points(stock.without))))
    }
    chart.layers.append(
      Chart.Layer("on hand and on its way", .position, .line(points(stock.position))))
    if course.plans.count == 1, let policy = course.plans.first?.plan.policy, policy.lot > 0 {
      let name = "reorder point \(Self.number(policy.reorderPoint))"
      chart.layers.append(Chart.Layer(name, .level, .level(policy.reorderPoint)))
    }
    let pins = stock.arrivals.sorted { $0.key < $1.key }.compactMap { day, _ -> Chart.Point? in
      let index = day - asOf
      guard stock.onHand.indices.contains(index) else { return nil }
      return Chart.Point(Double(day.number), stock.onHand[index])
    }
    if !pins.isEmpty { chart.layers.append(Chart.Layer("arrival", .order, .pins(pins))) }
    return chart
  }

  private var stockNote: String {
    let plans = course.plans.map(\.plan)
    let stocks = plans.compactMap(\.stock)
    let onHand = stocks.reduce(0) { $0 + $1.onHand - $1.reserved }
    let position = stocks.reduce(0) { $0 + $1.position }
    var parts = ["\(Self.number(onHand)) on hand"]
    if position > onHand { parts.append("\(Self.number(position - onHand)) on its way") }
    let leaving = plans.reduce(0) { $0 + $1.leaving }
    if leaving > 0 { parts.append("\(Self.number(leaving)) of it moved away") }
    let proposals = plans.flatMap(\.proposals)
    if plans.count == 1, let proposal = proposals.first, proposal.heldBy == nil {
      parts.append(
        "order \(Self.number(proposal.quantity)) now, here on \(proposal.arrivalDay)")
    } else if !proposals.isEmpty {
      let units = proposals.reduce(0) { $0 + ($1.heldBy == nil ? $1.quantity : 0) }
      if units > 0 { parts.append("order \(Self.number(units)) now") }
    } else {
      parts.append("nothing to order today")
    }
    let moved = plans.flatMap(\.transfers).reduce(0) { $0 + ($1.heldBy == nil ? $1.quantity : 0) }
    if moved > 0 { parts.append("\(Self.number(moved)) moved here") }
    let held = proposals.reduce(0) { $0 + ($1.heldBy == nil ? 0 : $1.quantity) }
    if held > 0 { parts.append("\(Self.number(held)) held back by a limit of today") }
    if plans.count > 1 { parts.append("reorder points are by location: --location NAME") }
    return parts.joined(separator: ", ")
  }

  /// A quantity with as many digits as tell something.
  private static func number(_ value: Double) -> String {
    Readable.decimal(
      value, places: value.rounded() == value || value.magnitude >= 100 ? 0 : value < 1 ? 2 : 1)
  }
}

extension SKUCourse {
  /// A day to stand on where nothing ever sold.
  fileprivate var firstDay: Day { asOf ?? .supported.lowerBound }
}
