public import Packing

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

/// All warehouses of a cluster: one document, held whole by every worker.
public struct WarehouseList: Equatable, Sendable {
  /// The most warehouses of a cluster.
  public static let maximumCount = 1_000

  /// The warehouses in the order of their file.
  public var warehouses: [Warehouse]

  /// Makes a list.
  public init(_ warehouses: [Warehouse] = []) { self.warehouses = warehouses }

  /// The list as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.count(warehouses.count)
    for warehouse in warehouses {
      writer.blob(warehouse.location.bytes)
      writer.bool(warehouse.capacityCubicMetres != nil)
      if let capacity = warehouse.capacityCubicMetres { writer.double(capacity) }
      writer.double(warehouse.storageCostPerCubicMetreYear)
    }
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    let count = try reader.count("warehouses", limit: Self.maximumCount, minimumBytes: 10)
    warehouses = []
    for _ in 0..<count {
      let name = try reader.blob("location", limit: Location.maximumBytes)
      let location: Location
      do { location = try Location(bytes: name) } catch {
        throw .invalid(what: error.description)
      }
      let capacity = try reader.bool() ? try reader.finiteDouble("capacity") : nil
      warehouses.append(
        Warehouse(
          location: location, capacityCubicMetres: capacity,
          storageCostPerCubicMetreYear: try reader.finiteDouble("storage cost")))
    }
    try reader.finish()
  }
}
