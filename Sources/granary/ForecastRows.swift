import ClientNode
import CommandLineArguments
import Demand
import Packing
import WireProtocol

/// Forecasts as rows by day: `sku,location,date,mean[,q0.9][,total_mean,total_q0.05,...]`, where
/// the total of a SKU has no location.
///
/// The columns `total_...` are about the demand of all days so far. They are filled on the days
/// that forecasts carry (`Quantiles.spans`) and empty on others. With them a file is all that plans
/// are made of: what plans use, means and totals, is written in the shortest form that reads back
/// as the same number.
struct ForecastRows {
  private static let decimals = 4

  /// The chosen quantiles, as indices of `Quantiles.levels`.
  private let levels: [Int]
  /// Whether there are columns for the demand of all days so far.
  private let isCumulative: Bool
  /// The most days of a forecast.
  private let days: Int

  /// Rows with these quantiles, each of which must be one that forecasts carry.
  init(
    quantiles: [Double], cumulative isCumulative: Bool = false, days: Int = .max
  ) throws(ArgumentError) {
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
    self.isCumulative = isCumulative
    self.days = days
  }

  /// The names of the columns.
  var columns: [String] {
    ["sku", "location", "date", "mean"]
      + levels.map { "q\(Readable.shortest(Quantiles.levels[$0]))" }
      + (isCumulative
        ? ["total_mean"] + Quantiles.levels.map { "total_q\(Readable.shortest($0))" } : [])
  }

  /// Writes a stored forecast.
  func write(
    _ packed: [UInt8], of sku: SKU, at location: Location?, to output: inout RowText
  ) throws(ClientError) {
    let (asOf, forecast) = try Self.unpack(packed, of: sku)
    let name = sku.description
    let place = location?.description ?? ""
    for day in 0..<min(days, forecast.horizon) {
      output.text(name)
      output.text(place)
      output.text((asOf + (day + 1)).description)
      if isCumulative {
        output.number(written: Self.exact(forecast.mean[day]))
      } else {
        output.number(forecast.mean[day], decimals: Self.decimals)
      }
      for level in levels {
        output.number(forecast.quantile(day: day, level: level), decimals: Self.decimals)
      }
      if isCumulative { writeTotals(forecast, day: day, to: &output) }
      output.endRow()
    }
  }

  /// What is known of the demand of all days to this one.
  private func writeTotals(
    _ forecast: Forecast, day: Int, to output: inout RowText
  ) {
    guard let span = Quantiles.spans.firstIndex(of: day + 1) else {
      for _ in 0...Quantiles.levels.count { output.missing() }
      return
    }
    output.number(written: Readable.shortest(forecast.meanDemand(days: day + 1)))
    let first = span * Quantiles.levels.count
    for value in forecast.cumulative[first..<(first + Quantiles.levels.count)] {
      output.number(written: Self.exact(value))
    }
  }

  /// A number that a record keeps in 32 bits or fewer, by the fewest digits that tell it from its
  /// neighbours there.
  private static func exact(_ value: Double) -> String {
    let short = Float(value)
    guard Double(short) == value else { return Readable.shortest(value) }
    let text = short.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
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
