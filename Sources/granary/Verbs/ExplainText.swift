import CommandLineArguments

/// Everything that a worker knows of a SKU, as its JSON says it.
struct Explanation: Codable, Equatable {
  var sku: String
  var shard: Int
  var worker: String
  var series: [Series]
  var item: Item?
  var stock: [Stock]
  var model: Model?
  var quarantine: String?
  var forecasts: [Forecast]
  var plans: [Plan]

  struct Series: Codable, Equatable {
    var location: String, firstDay: String, lastDay: String
    var days: Int, daysWithSales: Int, missingDays: Int
    var units: Double
    var lastUnits: [Double?]
    var cleaning: [String]?
  }

  struct Item: Codable, Equatable {
    var category: String
    var unitCost: Double?, price: Double?, volumeCubicMetres: Double?
    var leadTimeDays: Int?
    var orderCost: Double?, minimumOrder: Double?, orderMultiple: Double?
  }

  struct Stock: Codable, Equatable {
    var location: String
    var onHand: Double, reserved: Double, onOrder: Double
  }

  struct Model: Codable, Equatable {
    var run: Int
    var fitSeconds: Double?
    var rule: String
    var total: Fit
    var locations: [Fit]
  }

  struct Fit: Codable, Equatable {
    var location: String?
    var name: String, summary: String, reason: String
    var renewal: String
    var arima: Arima?
    var lstm: Recurrent?
    var backtest: Backtest?
  }

  struct Arima: Codable, Equatable {
    var order: String
    var coefficients: [Coefficient]
    var averaged: [Share]
    var errorDeviation: Double, power: Double?
    var tried: Int, refused: Int, moves: Int
    var isBudgetExhausted: Bool
    var daysSinceFit: Int
    var drift: String
    var warnings: [String]

    struct Coefficient: Codable, Equatable {
      var name: String
      var value: Double, standardError: Double?
    }

    struct Share: Codable, Equatable {
      var order: String
      var weight: Double, criterion: Double
    }
  }

  struct Recurrent: Codable, Equatable {
    var network: String
    var reads: [String]?
    var shared: Shared?
    var own: Own?

    struct Shared: Codable, Equatable {
      var series: Int, windows: Int
      var losses: [Double]
      var errorAgainstSameWeekdays: Double?
      var errorAgainstSmoothing: Double?
    }

    struct Own: Codable, Equatable {
      var losses: [Double]
      var bestStep: Int
      var pull: Double, gain: Double
      var isUsed: Bool
      var trouble: String?
    }
  }

  struct Backtest: Codable, Equatable {
    var days: Int
    var mae: Double, rmse: Double
    var mase: Double?
    var coverage80: Double, coverage95: Double
  }

  struct Forecast: Codable, Equatable {
    var location: String?
    var run: Int
    var asOf: String
    var horizonDays: Int
    var meanNext7Days: Double, meanNext28Days: Double
  }

  struct Plan: Codable, Equatable {
    var location: String?
    var run: Int
    var lot: Double, reorderPoint: Double, safetyStock: Double
    var leadTimeDays: Int
    var leadTimeMean: Double, annualDemand: Double, serviceLevel: Double
    var basis: [String]
    var proposals: [Proposal]
    var exceptions: [Exception]
  }

  struct Proposal: Codable, Equatable {
    var quantity: Double
    var orderDay: String, arrivalDay: String, reason: String
  }

  struct Exception: Codable, Equatable {
    var kind: String
    var valueAtRisk: Double
    var reason: String
  }
}

extension Explanation {
  /// The explanation for people.
  var text: String {
    var text = "\(sku) is in shard \(shard), on \(worker).\n"
    if let item { text += "\(describe(item))\n" }
    if let quarantine { text += "In quarantine, so the fallback forecasts it: \(quarantine)\n" }
    text += "\nDemand\n\(demand)"
    if !stock.isEmpty { text += "\nStock\n\(stockTable)" }
    text += "\nModel\n\(describe(model))"
    if !forecasts.isEmpty { text += "\nForecast\n\(forecastTable)" }
    if !plans.isEmpty { text += "\nPlan\n" + plans.map(describe).joined() }
    return text
  }

  private func number(_ value: Double, _ places: Int = 1) -> String {
    Readable.decimal(value, places: value.rounded() == value ? 0 : places)
  }

  private func describe(_ item: Item) -> String {
    var parts: [String] = []
    if !item.category.isEmpty { parts.append("category \(item.category)") }
    func add(_ name: String, _ value: Double?) {
      if let value { parts.append("\(name) \(Readable.shortest(value))") }
    }
    add("unit cost", item.unitCost)
    add("price", item.price)
    add("volume m3", item.volumeCubicMetres)
    if let days = item.leadTimeDays { parts.append("lead time \(days) days") }
    add("order cost", item.orderCost)
    add("minimum order", item.minimumOrder)
    add("order multiple", item.orderMultiple)
    return parts.isEmpty ? "The item says nothing." : "Item: " + parts.joined(separator: ", ")
  }

  private var demand: String {
    guard !series.isEmpty else { return "no sales yet\n" }
    var table = TextTable([
      .left("Location"), .left("First day"), .left("Last day"), .right("Days"),
      .right("With sales"), .right("Missing"), .right("Units"), .left("Last days"),
    ])
    for part in series {
      table.add([
        part.location, part.firstDay, part.lastDay, Readable.grouped(part.days),
        Readable.grouped(part.daysWithSales), Readable.grouped(part.missingDays),
        number(part.units),
        part.lastUnits.map { $0.map { number($0) } ?? "-" }.joined(separator: " "),
      ])
    }
    let isAlone = series.count == 1
    let cleaning = series.flatMap { part in
      (part.cleaning ?? []).map { "  \(isAlone ? "" : "\(part.location): ")\($0).\n" }
    }
    guard !cleaning.isEmpty else { return table.render() }
    return table.render() + "What models take of it:\n" + cleaning.joined()
  }

  private var stockTable: String {
    var table = TextTable([
      .left("Location"), .right("On hand"), .right("Reserved"), .right("On order"),
    ])
    for part in stock {
      table.add([
        part.location, number(part.onHand), number(part.reserved), number(part.onOrder),
      ])
    }
    return table.render()
  }

  private func describe(_ model: Model?) -> String {
    guard let model else { return "not trained yet; `granary train` does it\n" }
    var text = "of run \(model.run)"
    if let seconds = model.fitSeconds {
      text += ", which took \(Readable.duration(seconds: seconds))"
    }
    text += "; \(model.rule)\n"
    for fit in [model.total] + model.locations {
      text += "\(fit.location ?? "(all)"): \(fit.summary)\n  why: \(fit.reason)\n"
      if fit.renewal != "fitted" { text += "  \(fit.renewal)\n" }
      if let arima = fit.arima { text += ArimaText(arima).text }
      if let lstm = fit.lstm { text += RecurrentText(lstm).text }
      guard let test = fit.backtest else { continue }
      text += "  backtest over \(test.days) days: MAE \(number(test.mae, 3)), "
      text += "RMSE \(number(test.rmse, 3))"
      if let mase = test.mase { text += ", MASE \(number(mase, 3))" }
      text += ", \(number(test.coverage80 * 100)) % within the 80 % band\n"
    }
    return text
  }

  private var forecastTable: String {
    var table = TextTable([
      .left("Location"), .right("Run"), .left("As of"), .right("Days"),
      .right("Next 7 days"), .right("Next 28 days"),
    ])
    for part in forecasts {
      table.add([
        part.location ?? "(all)", String(part.run), part.asOf, String(part.horizonDays),
        number(part.meanNext7Days), number(part.meanNext28Days),
      ])
    }
    return table.render()
  }

  private func describe(_ plan: Plan) -> String {
    var text =
      "\(plan.location ?? "-"), of run \(plan.run): reorder at \(number(plan.reorderPoint)), "
    text += "lot \(number(plan.lot)), safety stock \(number(plan.safetyStock)); "
    text += "\(number(plan.leadTimeMean)) expected over \(plan.leadTimeDays) days of lead time, "
    text += "\(number(plan.annualDemand)) a year, service level "
    text += "\(Readable.shortest(plan.serviceLevel))"
    text += plan.basis.isEmpty ? "\n" : "; rests on \(plan.basis.joined(separator: " "))\n"
    for proposal in plan.proposals {
      text += "  order \(number(proposal.quantity)) on \(proposal.orderDay), "
      text += "there on \(proposal.arrivalDay): \(proposal.reason)\n"
    }
    for exception in plan.exceptions { text += "  \(exception.kind): \(exception.reason)\n" }
    return text
  }
}
