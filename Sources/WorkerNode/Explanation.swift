import CommandLineArguments
import Demand
import Forecasting
import Packing
import Replenishment
import ShardStore
import Storage
import WireProtocol

/// Everything that a worker knows of one SKU: where it lives, which data there is, which model was
/// chosen and why, and what is planned.
enum Explanation {
  static func json(
    of sku: SKU, node: NodeName, with reader: ShardReader, calendar: EventCalendar
  ) throws -> String {
    guard let item = try reader.item(sku) else {
      throw Refusal(
        .notFound,
        "SKU \"\(sku)\" has no sales, no item and no stock here; `granary export sales --output -` "
          + "has the SKUs that sold, as they are written")
    }
    let models = try reader.rows(.model, for: [sku])
    let forecasts = try reader.forecasts(for: [sku])
    let plans = try reader.rows(.plan, for: [sku])
    let networks = try reader.networks(
      of: sku.shard(of: reader.shardCount)
    )
    .compactMap { try? SharedNetwork(packed: $0.bytes) }
    let quarantine = try reader.rows(.quarantine, for: [sku])
    var json = JSONText()
    try json.object { json throws in
      json.member("sku", sku.description)
      json.member("shard", sku.shard(of: reader.shardCount))
      json.member("worker", node.text)
      let asOf = try asOf(of: item, forecasts)
      let events = calendar.events(of: sku, category: item.item?.category ?? "")
      json.array("series") { json in
        for part in item.series { describe(part, events, asOf, &json) }
      }
      if let item = item.item { describe(item, &json) }
      json.array("stock") { json in
        for part in item.stock {
          json.object { json in
            json.member("location", part.location.description)
            json.member("onHand", part.value.onHand)
            json.member("reserved", part.value.reserved)
            json.member("onOrder", part.value.onOrder)
          }
        }
      }
      if let row = models.first { try describe(model: row, networks, &json) }
      if let row = quarantine.first {
        json.member("quarantine", QuarantineEntry.reason(in: row.value))
      }
      try json.array("forecasts") { json throws in
        for row in forecasts { try describe(forecast: row, &json) }
      }
      try json.array("plans") { json throws in
        for row in plans { try describe(plan: row, of: sku, &json) }
      }
    }
    return json.drain()
  }

  /// The day that the forecasts were made on; before there are any, the last day with a row.
  private static func asOf(of item: StoredItem, _ forecasts: [StoredRow]) throws -> Day {
    let days = try forecasts.map { row throws(PackingError) in
      var reader = ByteReader(row.value)
      return try ForecastValue(from: &reader).asOf
    }
    return days.max() ?? item.series.map(\.value.end).max() ?? Day.supported.lowerBound
  }

  private static func describe(
    _ part: Located<DemandSeries>, _ events: [Event], _ asOf: Day, _ json: inout JSONText
  ) {
    let series = part.value
    let cleaned = DemandCleaning(
      LocationDemand(location: part.location, series: series), events: events, asOf: asOf)
    json.object { json in
      json.member("location", part.location.description)
      json.member("firstDay", series.start.description)
      json.member("lastDay", series.end.description)
      json.member("days", series.units.count)
      json.member("daysWithSales", series.nonZeroDays)
      json.member("missingDays", cleaned.stockoutDays + cleaned.outliers.count)
      json.member("units", series.units.reduce(0, +))
      json.member("lastUnits", Array(series.units.suffix(14)))
      json.member("idleDays", cleaned.idleDays)
      json.member("stockoutDays", cleaned.stockoutDays + cleaned.keptStockoutDays)
      json.member("returnDays", cleaned.returnDays)
      json.member("outlierDays", cleaned.outliers.count)
      json.array("cleaning") { json in
        for sentence in cleaned.sentences { json.element(sentence) }
      }
    }
  }

  private static func describe(_ item: Item, _ json: inout JSONText) {
    json.object("item") { json in
      json.member("category", item.category)
      json.member("unitCost", item.unitCost)
      json.member("price", item.price)
      json.member("volumeCubicMetres", item.volumeCubicMetres)
      json.member("leadTimeDays", item.leadTimeDays)
      json.member("orderCost", item.orderCost)
      json.member("minimumOrder", item.minimumOrder)
      json.member("orderMultiple", item.orderMultiple)
    }
  }

  private static func describe(
    model row: StoredRow, _ networks: [SharedNetwork], _ json: inout JSONText
  ) throws {
    let stored = try StoredModel(packed: row.value, networks: networks)
    let model = stored.model
    json.object("model") { json in
      json.member("run", Int(row.run))
      json.member("fitSeconds", stored.microseconds.map { Double($0) / 1e6 })
      json.object("total") { json in describe(model.total, &json) }
      json.array("locations") { json in
        for part in model.locations {
          json.object { json in
            json.member("location", part.location.description)
            describe(part.model, &json)
          }
        }
      }
      json.member("rule", rule(model))
    }
  }

  private static func rule(_ model: ItemModel) -> String {
    let days = ItemModel.leastDemandDays
    return model.locations.isEmpty && model.onlyLocation == nil
      ? "no location has \(days) days with sales: all share the total's model by recent shares"
      : "locations with \(days) days with sales or more have their own model"
  }

  private static func describe(_ model: SeriesModel, _ json: inout JSONText) {
    json.member("name", model.name.description)
    json.member("summary", model.summary)
    json.member("reason", model.reason)
    json.array("candidates") { json in
      for candidate in model.candidates { json.element(candidate.description) }
    }
    json.member("renewal", model.renewal.description)
    if let details = model.details { json.object("arima") { ArimaJSON.write(details, to: &$0) } }
    if let details = model.recurrent {
      json.object("lstm") { RecurrentJSON.write(details, to: &$0) }
    }
    guard let accuracy = model.accuracy else { return }
    json.object("backtest") { json in
      json.member("days", accuracy.count)
      for measure in accuracy.measures { json.member(measure.name, measure.value) }
    }
  }

  private static func describe(forecast row: StoredRow, _ json: inout JSONText) throws {
    var reader = ByteReader(row.value)
    let value = try ForecastValue(from: &reader)
    let forecast = try Forecast(packed: value.forecast)
    json.object { json in
      json.member("location", row.location?.description)
      json.member("run", Int(row.run))
      json.member("asOf", value.asOf.description)
      json.member("horizonDays", forecast.horizon)
      json.member("meanNext7Days", forecast.meanDemand(days: 7))
      json.member("meanNext28Days", forecast.meanDemand(days: 28))
    }
  }

  private static func describe(
    plan row: StoredRow, of sku: SKU, _ json: inout JSONText
  ) throws {
    let plan = try LocationPlan(packed: row.value)
    json.object { json in
      json.member("location", row.location?.description)
      json.member("run", Int(row.run))
      json.member("lot", plan.policy.lot)
      json.member("reorderPoint", plan.policy.reorderPoint)
      json.member("safetyStock", plan.policy.safetyStock)
      json.member("leadTimeDays", plan.policy.leadTimeDays)
      json.member("leadTimeMean", plan.policy.leadTimeMean)
      json.member("annualDemand", plan.policy.annualDemand)
      json.member("serviceLevel", plan.policy.serviceLevel)
      json.member("basis", plan.policy.basis.words)
      if let location = row.location {
        json.array("arithmetic") { json in
          for line in plan.explanation(sku: sku, location: location).lines {
            json.object { json in
              json.member("label", line.label)
              json.member("formula", line.formula)
              json.member("result", line.result)
              json.member("unit", line.unit)
            }
          }
        }
      }
      json.array("proposals") { json in
        for proposal in plan.proposals {
          json.object { json in
            json.member("quantity", proposal.quantity)
            json.member("orderDay", proposal.orderDay.description)
            json.member("arrivalDay", proposal.arrivalDay.description)
            json.member("reason", proposal.reason(under: plan.policy))
          }
        }
      }
      json.array("exceptions") { json in
        for exception in plan.exceptions {
          json.object { json in
            json.member("kind", exception.kind.name)
            json.member("valueAtRisk", exception.valueAtRisk)
            json.member("reason", exception.reason(under: plan.policy))
          }
        }
      }
    }
  }
}
