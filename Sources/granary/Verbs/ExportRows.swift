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
struct ExportRows: Sendable {
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
    case .sales: ColumnNames.sales
    }
  }

  /// Writes what becomes of a stored row: several rows, or none.
  func write(_ row: ExportedRow, to output: inout RowText) throws(ClientError) {
    do {
      switch choice {
      case .forecasts:
        try forecasts.write(row.value, of: row.sku, at: row.location, to: &output)
      case .purchaseOrders, .transfers, .policies, .exceptions: try writePlan(row, to: &output)
      case .prices, .run: break
      case .quarantine:
        output.text(row.sku.description)
        output.number(written: String(row.run))
        output.text(QuarantineEntry.reason(in: row.value))
        output.endRow()
      case .models: try writeModels(row, to: &output)
      case .sales: try writeSales(row, to: &output)
      }
    } catch let error as ClientError {
      throw error
    } catch {
      throw .unexpected(
        node: "the owner of \(row.sku)", what: "a row that makes no sense: \(error)")
    }
  }

  // MARK: Plans

  private func writePlan(_ row: ExportedRow, to output: inout RowText) throws {
    guard let location = row.location else { return }
    let plan = try LocationPlan(packed: row.value)
    switch choice {
    case .purchaseOrders:
      output.write(plan.purchaseOrderRows(sku: row.sku, location: location))
    case .transfers:
      output.write(plan.transferRows(sku: row.sku, location: location))
    case .policies: output.write([plan.policyRow(sku: row.sku, location: location)])
    default: output.write(plan.exceptionRows(sku: row.sku, location: location))
    }
  }

  // MARK: Models

  private func writeModels(_ row: ExportedRow, to output: inout RowText) throws {
    let item = try StoredModel(packed: row.value).model
    write(item.total, row, item.onlyLocation, to: &output)
    for part in item.locations { write(part.model, row, part.location, to: &output) }
  }

  private func write(
    _ model: SeriesModel, _ row: ExportedRow, _ location: Location?, to output: inout RowText
  ) {
    output.text(row.sku.description)
    output.text(location?.description ?? "")
    output.number(written: String(row.run))
    output.text(model.name.description)
    output.text(model.summary)
    for value in [model.accuracy?.mase, model.accuracy?.mae, model.accuracy?.rmse] {
      if let value { output.number(value, decimals: 6) } else { output.missing() }
    }
    output.text(model.reason)
    output.endRow()
  }

  // MARK: Sales

  private func writeSales(_ row: ExportedRow, to output: inout RowText) throws {
    let series = try DemandSeries(packed: row.value)
    let (sku, location) = (row.sku.description, row.location?.description ?? "")
    for (day, units) in series.units.enumerated() {
      let price = series.prices.isEmpty ? 0 : series.prices[day]
      let isPromoted = !series.promotions.isEmpty && series.promotions[day]
      let isOutOfStock = !series.stockouts.isEmpty && series.stockouts[day]
      // Days of which nothing was said have no row.
      guard (units.isFinite && units != 0) || price > 0 || isPromoted || isOutOfStock else {
        continue
      }
      output.text(sku)
      output.text(location)
      output.text((series.start + day).description)
      output.number(units, decimals: 6)
      if price > 0 { output.number(Double(price), decimals: 4) } else { output.missing() }
      output.text(isPromoted ? "1" : "0")
      output.text(isOutOfStock ? "0" : "1")
      output.endRow()
    }
  }
}
