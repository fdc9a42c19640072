import Demand

/// Where the columns of a file of forecasts stand.
struct ForecastColumns {
  static let required = ["sku", "location", "date", "mean"]
  /// The columns of a day's quantiles.
  static let daily = names("q")
  /// The columns of the quantiles of all days so far.
  static let totals = names("total_q")

  let sku: Int, location: Int, date: Int, mean: Int
  /// The levels that the file has by day, as indices of `Quantiles.levels`, and their columns.
  let levels: [Int]
  let dailyPlaces: [Int]
  /// The columns of the totals: all levels, or none.
  let totalPlaces: [Int]

  init(_ rows: borrowing ColumnReader, file: String) throws(TableError) {
    // A place of -1 cannot be: these are required.
    sku = rows.place(of: "sku") ?? -1
    location = rows.place(of: "location") ?? -1
    date = rows.place(of: "date") ?? -1
    mean = rows.place(of: "mean") ?? -1
    var levels: [Int] = []
    var places: [Int] = []
    var totalPlaces: [Int] = []
    for level in Quantiles.levels.indices {
      if let place = rows.place(of: Self.daily[level]) {
        levels.append(level)
        places.append(place)
      }
      if let place = rows.place(of: Self.totals[level]) { totalPlaces.append(place) }
    }
    if !totalPlaces.isEmpty, totalPlaces.count < Self.totals.count {
      for column in Self.totals where rows.place(of: column) == nil {
        throw .missingColumn(
          file: file, column: column, found: rows.header, nearest: nil, key: nil)
      }
    }
    self.levels = levels
    dailyPlaces = places
    self.totalPlaces = totalPlaces
  }

  private static func names(_ prefix: String) -> [String] {
    Quantiles.levels.map { "\(prefix)\($0)" }
  }
}
