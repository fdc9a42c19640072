package import Demand
package import Forecasting
import Packing
package import Replenishment
package import ShardStore
package import WireProtocol

extension ReportDigest {
  /// What a worker has of a SKU, read.
  package struct KnownSKU {
    package var item: StoredItem
    package var model: ItemModel?
    package var forecasts: [ForecastValue] = []
    package var plans: [(location: Location, plan: LocationPlan)] = []
    package var quarantine: String?

    /// A SKU of which no run has said anything.
    package init(item: StoredItem) { self.item = item }
  }

  /// Counts a SKU; `asOf` is the last day of history.
  package mutating func add(_ known: KnownSKU, asOf: Day) {
    let sku = known.item.sku
    let recent = recent(known.item, asOf: asOf)
    skus += 1
    modelled += known.model == nil ? 0 : 1
    forecast += known.forecasts.isEmpty ? 0 : 1
    planned += known.plans.isEmpty ? 0 : 1
    if let reason = known.quarantine.map(Self.shortened) {
      quarantined += 1
      let place = Self.place(reason, in: reasons, most: Self.mostReasons)
      reasons[place, default: 0] += 1
      if named.count < Self.mostQuarantined { named[sku] = reason }
    }
    for series in known.item.series { addHistory(series.value, asOf: asOf) }
    for forecast in known.forecasts { addForecast(forecast) }
    var group = ReportGroup()
    group.skus = 1
    group.value = recent.value
    if let model = known.model {
      group.accuracy = model.backtest
      for series in model.models { chosen[series.name, default: 0] += 1 }
      addErrors(of: model, sku, price: recent.price, mean: recent.mean)
    }
    byValue[Self.valueBin(recent.value), default: .init()].merge(group)
    byPattern[recent.pattern, default: .init()].merge(group)
    let category = Self.place(
      known.item.item?.category ?? "", in: byCategory, most: Self.mostNames)
    byCategory[category, default: .init()].merge(group)
    for (location, plan) in known.plans { add(plan, of: sku, at: location) }
  }

  /// The start of a sentence that fits where it is sent, however many bytes its scalars have.
  private static func shortened(_ sentence: String) -> String {
    String(String.UnicodeScalarView(sentence.unicodeScalars.prefix(mostScalars)))
  }

  private static let mostScalars = 250

  // MARK: Demand

  private struct Recent {
    var value = 0.0, price = 1.0, mean = 0.0
    var pattern = DemandPattern.rare
  }

  /// What a SKU sold of late, at all locations together.
  private func recent(_ item: StoredItem, asOf: Day) -> Recent {
    var recent = Recent()
    var units = Array(repeating: 0.0, count: 2 * Self.historyDays)
    let start = asOf - (units.count - 1)
    var price: Double?
    for series in item.series {
      for (index, value) in series.value.units.enumerated() where value.isFinite {
        let day = series.value.start + index - start
        if units.indices.contains(day) { units[day] += value }
      }
      if let last = series.value.prices.last, last > 0 { price = max(price ?? 0, Double(last)) }
    }
    let sold = units.suffix(Self.valueDays).reduce(0, +)
    recent.price = item.item?.price ?? price ?? item.item?.unitCost ?? 1
    recent.value = max(0, sold * recent.price)
    recent.mean = sold / Double(Self.valueDays)
    recent.pattern = DemandPattern(units)
    return recent
  }

  private mutating func addHistory(_ series: DemandSeries, asOf: Day) {
    let first = asOf - (Self.historyDays - 1)
    for (index, units) in series.units.enumerated() where units.isFinite {
      let day = series.start + index
      guard first <= day, day <= asOf else { continue }
      history[day, default: 0] += units
    }
  }

  private mutating func addForecast(_ value: ForecastValue) {
    guard let forecast = try? Forecast(packed: value.forecast) else { return }
    for (index, mean) in forecast.mean.enumerated() {
      let day = value.asOf + (index + 1)
      guard expected[day] != nil || expected.count < Self.mostDays else { return }
      expected[day, default: 0] += mean
    }
  }

  // MARK: Errors

  private mutating func addErrors(
    of model: ItemModel, _ sku: SKU, price: Double, mean: Double
  ) {
    guard let accuracy = model.total.accuracy else {
      untested += 1
      return
    }
    if let scaled = accuracy.mase {
      let bin = min(Double(Self.errorBins - 1), (scaled / Self.errorBinWidth).rounded(.down))
      errors[Int(max(0, bin))] += 1
    }
    let worst = WorstSKU(
      sku: sku, valuePerDay: accuracy.mae * price, error: accuracy.mae, scaled: accuracy.mase,
      mean: mean, model: model.total.name)
    Self.insert(worst, into: &self.worst, by: WorstSKU.isWorse)
  }

  private static func insert<Value>(
    _ value: Value, into list: inout [Value], by isBefore: (Value, Value) -> Bool
  ) {
    let place = list.firstIndex { isBefore(value, $0) } ?? list.count
    guard place < mostNamed else { return }
    list.insert(value, at: place)
    if list.count > mostNamed { list.removeLast() }
  }

  /// A bin of the value of sales, four an octave from 2^-16 on, linear within an octave so that no
  /// logarithm decides; 0 for nothing.
  static func valueBin(_ value: Double) -> Int {
    guard value > 0, value.isFinite else { return 0 }
    let octave = Int(value.exponent) + 16
    let part = Int((value.significand - 1) * 4)
    return min(max(1 + octave * 4 + part, 1), mostValueBins - 1)
  }

  static let mostValueBins = 256

  // MARK: Plans

  private mutating func add(_ plan: LocationPlan, of sku: SKU, at location: Location) {
    for proposal in plan.proposals {
      var sum = OrderSum()
      sum.orders = 1
      sum.value = proposal.value
      sum.held = proposal.heldBy == nil ? 0 : 1
      let supplier = Self.place(plan.policy.supplier, in: bySupplier, most: Self.mostNames)
      bySupplier[supplier, default: .init()].merge(sum)
      guard byArrival[proposal.arrivalDay] != nil || byArrival.count < Self.mostDays else {
        continue
      }
      byArrival[proposal.arrivalDay, default: .init()].merge(sum)
    }
    for exception in plan.exceptions {
      var sum = ExceptionSum()
      sum.count = 1
      sum.value = exception.valueAtRisk
      exceptions[exception.kind, default: .init()].merge(sum)
      let least = gravest.count < Self.mostNamed ? -.infinity : gravest.last?.value ?? -.infinity
      guard exception.valueAtRisk >= least else { continue }
      let entry = GravestException(
        sku: sku, location: location, kind: exception.kind, value: exception.valueAtRisk,
        reason: Self.shortened(exception.reason(under: plan.policy)))
      Self.insert(entry, into: &gravest, by: GravestException.isGraver)
    }
  }
}
