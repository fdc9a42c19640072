import Packing

/// A place that holds stock: a row of `warehouses.csv`.
public struct Warehouse: Equatable, Sendable {
  /// Its name, as the sales rows write it.
  public var location: Location
  /// The space there is, where it is limited.
  public var capacityCubicMetres: Double?
  /// What a cubic metre costs a year.
  public var storageCostPerCubicMetreYear: Double
  /// Order lines that can be received a day, where they are limited.
  public var receivingLinesPerDay: Double?

  /// Makes a warehouse.
  public init(
    location: Location, capacityCubicMetres: Double? = nil,
    storageCostPerCubicMetreYear: Double = 0, receivingLinesPerDay: Double? = nil
  ) {
    self.location = location
    self.receivingLinesPerDay = receivingLinesPerDay
    self.capacityCubicMetres = capacityCubicMetres
    self.storageCostPerCubicMetreYear = storageCostPerCubicMetreYear
  }
}

/// All warehouses of a cluster: a part of the `PlanningDocument`.
public struct WarehouseList: Equatable, Sendable {
  /// The most warehouses of a cluster.
  public static let maximumCount = 1_000

  /// The warehouses in the order of their file.
  public var warehouses: [Warehouse]

  /// Makes a list.
  public init(_ warehouses: [Warehouse] = []) { self.warehouses = warehouses }

  /// Appends the list.
  func pack(into writer: inout ByteWriter) {
    writer.count(warehouses.count)
    for warehouse in warehouses {
      writer.blob(warehouse.location.bytes)
      writer.optional(warehouse.capacityCubicMetres)
      writer.double(warehouse.storageCostPerCubicMetreYear)
      writer.optional(warehouse.receivingLinesPerDay)
    }
  }

  /// Reads a list after its count; lists of the first form say nothing of receiving.
  init(count: Int, isFirstForm: Bool, from reader: inout ByteReader) throws(PackingError) {
    warehouses = []
    warehouses.reserveCapacity(count)
    for _ in 0..<count {
      var warehouse = Warehouse(location: try Location(from: &reader))
      warehouse.capacityCubicMetres = try reader.optionalAmount("capacity")
      warehouse.storageCostPerCubicMetreYear = try reader.amount("storage cost")
      if !isFirstForm { warehouse.receivingLinesPerDay = try reader.optionalAmount("lines a day") }
      warehouses.append(warehouse)
    }
  }
}
