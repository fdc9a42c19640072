import ClientNode
import CommandLineArguments
import Demand
import Forecasting
import Packing
import Replenishment
import Tables
import WireProtocol
import WorkerNode

/// Turns stored rows into the rows of an exported table.
struct ExportRows {
  private let choice: ExportChoice
  private let forecasts: ForecastRows

  init(_ choice: ExportChoice, forecasts: ForecastRows) {
    self.choice = choice
    self.forecasts = forecasts
  }

  /// The names of the columns.
  var columns: [String] {
    switch choice {
    case .forecasts: forecasts.columns
    case .purchaseOrders: PurchaseOrderRow.columns
    case .transfers: TransferRow.columns
    case .prices: PriceRow.columns
    case .run: RunRow.columns
    case .policies: PolicyRow.columns
    case .exceptions: ExceptionRow.columns
    case .quarantine: ["sku", "run", "reason"]
    case .models:
      ["sku", "location", "run", "model", "parameters", "mase", "mae", "rmse", "reason"]
    case .sales: ["sku", "location", "date", "units", "price", "promotion"]
    }
  }

  /// Writes what becomes of a stored row: several rows, or none.
  func write(_ row: ExportedRow, to output: RowOutput) throws(ClientError) {
    do {
      switch choice {
      case .forecasts:
        try forecasts.write(row.value, of: row.sku, at: row.location, to: output)
      case .purchaseOrders, .transfers, .policies, .exceptions: try writePlan(row, to: output)
      case .prices, .run: break
      case .quarantine:
        try output.text(row.sku.description)
        try output.number(written: String(row.run))
        try output.text(String(decoding: row.value, as: UTF8.self))
        try output.endRow()
      case .models: try writeModels(row, to: output)
      case .sales: try writeSales(row, to: output)
      }
    } catch let error as TableError {
      throw .table(error)
    } catch let error as ClientError {
      throw error
    } catch {
      throw .unexpected(
        node: "the owner of \(row.sku)", what: "a row that makes no sense: \(error)")
    }
  }

  // MARK: Plans

  private func writePlan(_ row: ExportedRow, to output: RowOutput) throws {
    guard let location = row.location else { return }
    let plan = try LocationPlan(packed: row.value)
    switch choice {
    case .purchaseOrders:
      try write(plan.purchaseOrderRows(sku: row.sku, location: location), to: output)
    case .transfers:
      try write(plan.transferRows(sku: row.sku, location: location), to: output)
    case .policies: try write([plan.policyRow(sku: row.sku, location: location)], to: output)
    default: try write(plan.exceptionRows(sku: row.sku, location: location), to: output)
    }
  }

  func write<Row: PlanRow>(_ rows: [Row], to output: RowOutput) throws(TableError) {
    for row in rows {
      for (field, isNumber) in zip(row.fields, Row.numbers) {
        if isNumber { try output.number(written: field) } else { try output.text(field) }
      }
      try output.endRow()
    }
  }

  // MARK: Models

  private func writeModels(_ row: ExportedRow, to output: RowOutput) throws {
    let item = try StoredModel(packed: row.value).model
    try write(item.total, row, item.onlyLocation, to: output)
    for part in item.locations { try write(part.model, row, part.location, to: output) }
  }

  private func write(
    _ model: SeriesModel, _ row: ExportedRow, _ location: Location?, to output: RowOutput
  ) throws(TableError) {
    try output.text(row.sku.description)
    try output.text(location?.description ?? "")
    try output.number(written: String(row.run))
    try output.text(model.name.description)
    try output.text(model.summary)
    for value in [model.accuracy?.mase, model.accuracy?.mae, model.accuracy?.rmse] {
      if let value { try output.number(value, decimals: 6) } else { try output.missing() }
    }
    try output.text(model.reason)
    try output.endRow()
  }

  // MARK: Sales

  private func writeSales(_ row: ExportedRow, to output: RowOutput) throws {
    let series = try DemandSeries(packed: row.value)
    let (sku, location) = (row.sku.description, row.location?.description ?? "")
    for (day, units) in series.units.enumerated() {
      let price = series.prices.isEmpty ? 0 : series.prices[day]
      let isPromoted = !series.promotions.isEmpty && series.promotions[day]
      // Days of which nothing was said have no row.
      guard units > 0 || price > 0 || isPromoted else { continue }
      try output.text(sku)
      try output.text(location)
      try output.text((series.start + day).description)
      try output.number(units, decimals: 6)
      if price > 0 { try output.number(Double(price), decimals: 4) } else { try output.missing() }
      try output.text(isPromoted ? "1" : "0")
      try output.endRow()
    }
  }
}
