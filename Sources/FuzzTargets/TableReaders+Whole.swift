import Demand
import Packing
import Tables

/// Tables that are read as a whole: small ones, and those of a single person.
extension TableReaders {
  static let warehouses = FuzzReader.table(
    "warehouses",
    [
      "id,volume_capacity_m3,receiving_lines_per_day,storage_cost_m3_year\n"
        + "north,1200,80,95\nsouth,450.5,,60\nharbour,,,\n"
    ]
  ) { source, reading throws(TableError) in
    let found = try WarehouseReader.read(source)
    reading.rejected = found.rejected
    for warehouse in found.warehouses.warehouses {
      var document = PlanningDocument()
      document.warehouses = WarehouseList([warehouse])
      reading.take(document)
    }
  }

  static let policy = FuzzReader.table(
    "policy",
    [
      PolicyReader.columns.joined(separator: ",")
        + "\n*,cycle,0.95,0.25,,,,,,\nclass=AX sku=a,fill,0.9,0.2,1,2,3,40,1,5\n"
        + "\"category=\"\"home \"\"\"\"and\"\"\"\" garden\"\" lifecycle=new\",,,,,,,,,\n"
    ]
  ) { source, reading throws(TableError) in
    let found = try PolicyReader.read(source)
    reading.rejected = found.rejected
    for rule in found.rules {
      var document = PlanningDocument()
      document.rules = [rule]
      reading.take(document)
      if (try? PolicyScope(text: rule.scope.description)) != rule.scope {
        reading.flaw = "the scope \(rule.scope) is read back as something else"
      }
    }
  }

  static let limits = FuzzReader.table(
    "limits", ["limit,value\ncash,250000\ncash_today,18000\n"]
  ) { source, reading throws(TableError) in
    let found = try LimitReader.read(source)
    reading.rejected = found.rejected
    var document = PlanningDocument()
    document.limits = found.limits
    reading.take(document)
    reading.taken.removeLast()
  }

  static let events = FuzzReader.table(
    "events",
    [
      EventReader.columns.joined(separator: ",")
        + "\nBlack Friday,2026-11-27,2026-11-30,promotion,category=toys location=north,0.25\n"
        + "Fête,2026-12-24,,,*,\nFête,2026-12-24,,,*,\nFête,2027-12-24,2027-12-26,holiday,,\n"
        + "x,2026-01-02,2026-01-01,,,\ny,2026-01-01,,promotion,\"sku=\"\"a b\"\"\",25\n",
      "first_day,event\n2026-01-01,New Year\n2027-01-01,New Year\n",
    ]
  ) { source, reading throws(TableError) in
    let found = try EventReader.read(source)
    reading.rejected = found.rejected
    for event in found.events {
      var document = PlanningDocument()
      document.events = [event]
      reading.take(document)
      if (try? EventScope(text: event.scope.text)) != event.scope {
        reading.flaw = "the scope \(event.scope.text) is read back as something else"
      }
    }
  }

  static let forecasts = FuzzReader.table(
    "forecasts",
    [
      "sku,location,date,mean,total_mean,total_q0.05,total_q0.1,total_q0.25,total_q0.5,"
        + "total_q0.75,total_q0.9,total_q0.95,total_q0.975,total_q0.99\n"
        + "A,north,2026-11-21,12,12,7,8,10,12,14,17,18,19,21\n"
        + "A,north,2026-11-22,14,26,18,20,22,26,29,33,35,36,39\n",
      "sku,location,date,mean,q0.1,q0.9\nA,,2026-11-21,12,1,20\nA,n,2026-11-21,12,1,20\n",
    ]
  ) { source, reading throws(TableError) in
    var reader = try LongForecastReader(source)
    while let forecast = try reader.next() {
      var writer = ByteWriter()
      writer.blob(forecast.sku.bytes)
      writer.blob(forecast.location.bytes)
      for value in forecast.mean + forecast.quantiles + forecast.totals {
        guard value.isFinite, value >= 0 else {
          reading.flaw = "a forecast of \(value)"
          return
        }
        writer.double(value)
      }
      reading.taken.append(writer.bytes)
    }
  }

  private static let history =
    "unique_id,ds,y\na,2026-01-05,1\na,2026-01-06,\nb,2026-01-07,2.5\na,2026-01-08,4\n"

  static let series = FuzzReader.table(
    "series",
    [
      history, "unique_id,ds,y\na,2026-01,1\n", "unique_id,ds,y\na,1,1\na,5,2\na,3,0\n",
      "unique_id,ds,y\na,2026-01-31 00:00,1\na,2026-02-28 00:00:00,2\na,2026-03-31T00:00,2\n",
      "unique_id,ds,y\na,2024-01-31,1\na,2024-02-29,2\na,2024-06-30,2\n",
    ]
  ) { source, reading throws(TableError) in
    let table = try LongSeriesReader.read(source)
    for series in table.series {
      var writer = ByteWriter()
      writer.string(series.id)
      writer.zigzag(series.first)
      for value in series.values { writer.double(value) }
      // What follows the last value can be said.
      for step in [1, 400, 1 << 20] { writer.string(table.spacing.future(series, step)) }
      writer.string(table.spacing.label(series, at: 0))
      reading.taken.append(writer.bytes)
    }
  }

  /// The table that regressors and traits are for.
  private static func table() throws(TableError) -> LongTable {
    try LongSeriesReader.read(ByteSource(bytes: Array(history.utf8), name: "history"))
  }

  static let regressors = FuzzReader.table(
    "regressors",
    [
      "unique_id,ds,price\n"
        + ["05", "06", "07", "08", "09", "10"].flatMap { day in
          ["a", "b"].map { "\($0),2026-01-\(day),1.5\n" }
        }.joined()
    ]
  ) { source, reading throws(TableError) in
    let table = try table()
    let found = try LongRegressorReader.read(source, for: table, horizon: 2)
    for series in table.series.indices {
      for column in found.columns(ofSeries: series)
      where !column.values.allSatisfy({ $0.isFinite }) {
        reading.flaw = "a regressor that is no number"
      }
    }
  }

  static let traits = FuzzReader.table(
    "traits", ["unique_id,category,store\na,toys,1\nb,,2\n"]
  ) { source, reading throws(TableError) in
    let words = try LongTraitReader.read(source, for: try table())
    reading.taken = [Array(words.joined(separator: ["|"]).joined(separator: ",").utf8)]
  }
}
