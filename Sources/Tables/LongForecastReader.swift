public import Demand

/// Reads forecasts in long form: `sku,location,date,mean[,q0.05,...][,total_q0.05,...]`, columns in
/// any order, as `granary export forecasts` writes them.
///
/// The rows of a SKU at a location stand together, a row a day, days ascending without a gap, and
/// all forecasts begin on the same day: the one after the day on which the file stands. Rows without
/// a location are totals of a SKU and are passed over. Columns `total_q...` hold quantiles of the
/// demand of all days so far; they are filled on the days of `Quantiles.spans` and empty, or not
/// looked at, on others.
///
/// A program writes such a file, so that one fault is a sign of more: the first stops the reading.
@safe
public struct LongForecastReader: ~Copyable {
  /// The largest mean or quantile.
  static let largest = 1e12

  /// The levels of the daily quantiles in the file, as indices of `Quantiles.levels`.
  public let levels: [Int]
  /// Whether the file has quantiles of the demand over several days.
  public let hasTotals: Bool
  /// The day before the first one; nothing before the first forecast was read.
  public private(set) var asOf: Day?
  /// The rows read so far, those of totals included.
  public private(set) var rowCount = 0

  private var rows: ColumnReader
  private let columns: ForecastColumns
  private let known: Set<Location>?
  private var days = DayText()
  /// Whether the reader stands on a row that was not taken yet.
  private var isPending = false

  /// Reads the first line of `source`. Forecasts at a location that `knownLocations` does not hold
  /// are refused.
  public init(_ source: ByteSource, knownLocations: [Location]? = nil) throws(TableError) {
    let names = ForecastColumns.required + ForecastColumns.daily + ForecastColumns.totals
    let rows = try ColumnReader(
      source, required: ForecastColumns.required,
      optional: ForecastColumns.daily + ForecastColumns.totals, names: nil)
    let columns = try ForecastColumns(rows, file: source.name)
    for column in rows.header where column.hasPrefix("total_") && column != "total_mean" {
      guard !names.contains(column.lowercased()) else { continue }
      throw .misspeltColumn(
        file: source.name, column: column,
        meant: NearestName.among(ForecastColumns.totals, to: column) ?? "total_q0.5")
    }
    self.columns = columns
    levels = columns.levels
    hasTotals = !columns.totalPlaces.isEmpty
    known = knownLocations.map(Set.init)
    self.rows = rows
  }

  /// The next forecast, or nothing at the end.
  public mutating func next() throws(TableError) -> LongForecast? {
    guard try advanceToLocation() else { return nil }
    var forecast = try begin()
    repeat {
      try take(into: &forecast)
      isPending = false
      guard try advance() else { break }
    } while isSame(forecast)
    return forecast
  }

  // MARK: Rows

  /// Stands on a row that was not taken, reading one where there is none; false at the end.
  private mutating func advance() throws(TableError) -> Bool {
    guard !isPending else { return true }
    switch try rows.next() {
    case .end: return false
    case .rejected(let row):
      throw .badRow(file: rows.rows.name, line: row.line, reason: row.sentence)
    case .row:
      rowCount += 1
      isPending = true
      return true
    }
  }

  /// Stands on a row with a location; false at the end.
  private mutating func advanceToLocation() throws(TableError) -> Bool {
    while try advance() {
      guard unsafe rows.rows.field(columns.location).isEmpty else { return true }
      isPending = false
    }
    return false
  }

  private func begin() throws(TableError) -> LongForecast {
    let sku = unsafe rows.rows.field(columns.sku)
    let location = unsafe rows.rows.field(columns.location)
    guard unsafe NameText.isName(sku, limit: SKU.maximumBytes) else {
      throw unsafe nameFault("sku", sku, SKU.maximumBytes)
    }
    guard unsafe NameText.isName(location, limit: Location.maximumBytes) else {
      throw unsafe nameFault("location", location, Location.maximumBytes)
    }
    let place = unsafe Location(trusted: Array(location))
    if let known, !known.contains(place) {
      throw fault(
        "location \"\(place)\" is not among the \(known.count) warehouses; add it to "
          + "warehouses.csv, or leave its forecasts out")
    }
    return unsafe LongForecast(
      sku: SKU(trusted: Array(sku)), location: place, line: rows.rows.line)
  }

  private func isSame(_ forecast: LongForecast) -> Bool {
    unsafe Self.equal(forecast.sku.bytes, rows.rows.field(columns.sku))
      && Self.equal(forecast.location.bytes, rows.rows.field(columns.location))
  }

  private static func equal(_ known: [UInt8], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard known.count == name.count else { return false }
    for index in 0..<name.count where unsafe known[index] != name[index] { return false }
    return true
  }

  /// Takes the day of the row.
  private mutating func take(into forecast: inout LongForecast) throws(TableError) {
    let date = unsafe rows.rows.field(columns.date)
    guard let day = unsafe days.day(date), Day.supported.contains(day) else {
      let text = unsafe RejectedRow.excerpt(date, limit: 40)
      throw fault("date \"\(text)\" is none; write it as 2026-11-20")
    }
    let asOf = self.asOf ?? day - 1
    self.asOf = asOf
    try check(day, of: forecast, asOf)
    forecast.mean.append(try number(columns.mean))
    try ascend(columns.dailyPlaces, into: &forecast.quantiles)
    guard hasTotals, Quantiles.spans.contains(forecast.mean.count) else { return }
    try ascend(columns.totalPlaces, into: &forecast.totals)
  }

  private func check(_ day: Day, of forecast: LongForecast, _ asOf: Day) throws(TableError) {
    let count = forecast.mean.count
    guard day != asOf + (count + 1) else {
      guard count < Forecast.maximumHorizon else {
        throw fault(
          "\(Self.name(forecast)) has more than \(Forecast.maximumHorizon) days; leave the last "
            + "ones out")
      }
      return
    }
    if count == 0 {
      throw fault(
        "\(Self.name(forecast)) begins on \(day), the forecasts before it on \(asOf + 1); "
          + "let all begin on the same day")
    }
    throw fault(
      "\(Self.name(forecast)) has \(day) where \(asOf + (count + 1)) is due; give it a row for "
        + "each day, in order")
  }

  /// Takes quantiles that ascend in their level.
  private func ascend(_ places: [Int], into values: inout [Double]) throws(TableError) {
    var last = 0.0
    for place in places {
      let value = try number(place)
      guard value >= last else {
        throw fault(
          "\(rows.header[place]) \(value) is less than a lower quantile, \(last); let them ascend")
      }
      values.append(value)
      last = value
    }
  }

  private func number(_ place: Int) throws(TableError) -> Double {
    let field = unsafe rows.rows.field(place)
    guard let value = unsafe NumberText.double(field), value >= 0, value <= Self.largest else {
      let text = unsafe RejectedRow.excerpt(field, limit: 40)
      throw fault(
        "\(rows.header[place]) \"\(text)\" is no number from 0 to 1e12; write it as 12.5")
    }
    return value + 0
  }

  // MARK: Faults

  private func nameFault(
    _ column: String, _ name: UnsafeBufferPointer<UInt8>, _ limit: Int
  ) -> TableError {
    let text = unsafe RejectedRow.excerpt(name, limit: 40)
    return fault(NameText.complaint(column, text, bytes: name.count, limit))
  }

  private static func name(_ forecast: LongForecast) -> String {
    "the forecast of \"\(forecast.sku)\" at \"\(forecast.location)\""
  }

  private func fault(_ reason: String) -> TableError {
    .badRow(file: rows.rows.name, line: rows.rows.line, reason: reason)
  }
}
