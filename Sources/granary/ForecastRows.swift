import ClientNode
import CommandLineArguments
import Demand
import Packing
import Tables
import WireProtocol

/// Forecasts as rows by day: `sku,location,date,mean[,q0.9]`, where the total has no location.
struct ForecastRows {
  private static let decimals = 4

  /// The chosen quantiles, as indices of `Quantiles.levels`.
  private let levels: [Int]
  /// The most days of a forecast.
  private let days: Int

  /// Rows with these quantiles, each of which must be one that forecasts carry.
  init(quantiles: [Double], days: Int = .max) throws(ArgumentError) {
    var levels: [Int] = []
    for quantile in quantiles {
      guard let level = Quantiles.levels.firstIndex(of: quantile) else {
        throw .invalidValue(
          option: "--quantiles", value: Readable.shortest(quantile),
          expectation: "some of "
            + Quantiles.levels.map(Readable.shortest).joined(separator: ", "), nearest: nil)
      }
      levels.append(level)
    }
    self.levels = levels
    self.days = days
  }

  /// The names of the columns.
  var columns: [String] {
    ["sku", "location", "date", "mean"]
      + levels.map { "q\(Readable.shortest(Quantiles.levels[$0]))" }
  }

  /// Writes a stored forecast.
  func write(
    _ packed: [UInt8], of sku: SKU, at location: Location?, to output: RowOutput
  ) throws(ClientError) {
    let (asOf, forecast) = try Self.unpack(packed, of: sku)
    let name = sku.description
    let place = location?.description ?? ""
    do throws(TableError) {
      for day in 0..<min(days, forecast.horizon) {
        try output.text(name)
        try output.text(place)
        try output.text((asOf + (day + 1)).description)
        try output.number(forecast.mean[day], decimals: Self.decimals)
        for level in levels {
          try output.number(forecast.quantile(day: day, level: level), decimals: Self.decimals)
        }
        try output.endRow()
      }
    } catch {
      throw .table(error)
    }
  }

  /// Adds a stored forecast to a table for people.
  func add(
    _ packed: [UInt8], of sku: SKU, at location: Location?, to table: inout TextTable
  ) throws(ClientError) {
    let (asOf, forecast) = try Self.unpack(packed, of: sku)
    for day in 0..<min(days, forecast.horizon) {
      var cells = [sku.description, location?.description ?? "(all)"]
      cells.append((asOf + (day + 1)).description)
      cells.append(Readable.decimal(forecast.mean[day], places: 2))
      for level in levels {
        cells.append(Readable.decimal(forecast.quantile(day: day, level: level), places: 2))
      }
      table.add(cells)
    }
  }

  private static func unpack(
    _ packed: [UInt8], of sku: SKU
  ) throws(ClientError) -> (asOf: Day, forecast: Forecast) {
    do throws(PackingError) {
      var reader = ByteReader(packed)
      let value = try ForecastValue(from: &reader)
      return (value.asOf, try Forecast(packed: value.forecast))
    } catch {
      throw .unexpected(
        node: "the owner of \(sku)", what: "a forecast that makes no sense: \(error)")
    }
  }
}
