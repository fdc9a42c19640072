import Storage

/// A table whose rows belong to a SKU, or to a SKU at a location, and leave by cursor.
///
/// The numbers are part of the file format: they go into every row's seal.
public enum SKUTable: UInt8, Sendable, CaseIterable {
  /// Every SKU of the shard that a row ever named, with no value.
  case sku = 16
  /// Items (`Item.packed`).
  case item = 17
  /// Stock positions by location (`Stock.packed`).
  case stock = 18
  /// Demand by location (`DemandSeries.packed`, prices as given).
  case series = 19
  /// Fitted models.
  case model = 20
  /// Forecasts by location, and of the total without one.
  case forecast = 21
  /// Plans by location, and of the SKU without one.
  case plan = 22
  /// Why a SKU is in quarantine.
  case quarantine = 23
  /// Ways of supply by location, and those that hold everywhere without one (`SupplyList.packed`).
  case supply = 24
  /// The plans before the current ones, by location.
  case planBefore = 25
  /// The plans of the last scenario, beside the current ones, by location.
  case planScenario = 26

  /// The name in the database.
  var name: String { shape.name }
  var shape: TableShape { Self.shapes[Int(rawValue - Self.sku.rawValue)] }

  /// Made once, in the order of the numbers: to ask a case for its name costs as much as a row.
  private static let shapes = allCases.map { table in
    TableShape(
      id: table.rawValue, name: "\(table)", columns: ["shard", "digest", "sku", "location", "run"],
      keyColumns: 4)
  }
}

/// What a table looks like, as far as a hand-off and a seal must know: every table is these
/// columns, of which the first `keyColumns` are the primary key, and a sealed `value`. All columns
/// go into the seal.
struct TableShape: Sendable {
  let id: UInt8
  let name: String
  let columns: [String]
  let keyColumns: Int

  static let epoch = TableShape(id: 1, name: "epoch", columns: ["shard"], keyColumns: 1)
  static let state = TableShape(id: 2, name: "state", columns: ["shard"], keyColumns: 1)
  static let source = TableShape(
    id: 3, name: "source", columns: ["shard", "source"], keyColumns: 2)
  static let batch = TableShape(
    id: 4, name: "batch", columns: ["shard", "ordinal", "source", "replaces"], keyColumns: 2)
  static let unit = TableShape(
    id: 5, name: "unit", columns: ["shard", "run", "slice", "slices"], keyColumns: 4)

  static let network = TableShape(id: 6, name: "network", columns: ["shard", "run"], keyColumns: 2)

  /// All tables in the order in which a hand-off sends them: the state comes last, so that a copy
  /// is whole once it has one.
  static let all =
    [epoch, source, batch, unit] + SKUTable.allCases.map(\.shape) + [network, state]

  /// All tables that a shard's data is in; the epoch is not data and outlives it.
  static let data = all.filter { $0.id != epoch.id }

  /// The tables whose rows are summed: the sums stand in the state, and the epoch is not data.
  static let summed = data.filter { $0.id != state.id }

  /// The start of a seal of a row in `shard`.
  func seal(_ shard: Int) -> Seal { Seal(table: id).key(Int64(shard)) }
}
