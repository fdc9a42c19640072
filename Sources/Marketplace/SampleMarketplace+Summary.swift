extension SampleMarketplace {
  /// What was written.
  public struct Summary: Equatable, Sendable {
    /// Rows of `sales.csv`.
    public var salesRows = 0
    /// Units sold.
    public var units = 0
    /// Rows that say that the shelf was empty.
    public var outOfStockRows = 0
    /// Units that came back.
    public var returnedUnits = 0
    /// Rows of `inventory.csv`: SKUs by warehouse.
    public var stockRows = 0
    /// Rows of `suppliers.csv`, and those of `distribution.csv` for single SKUs.
    public var supplyRows = 0
    /// Rows of `events.csv`.
    public var eventRows = 0
    /// Rows of `truth.csv` and of `future.csv`.
    public var truthRows = 0, futureRows = 0

    mutating func add(_ other: Summary) {
      salesRows += other.salesRows
      units += other.units
      outOfStockRows += other.outOfStockRows
      returnedUnits += other.returnedUnits
      stockRows += other.stockRows
      supplyRows += other.supplyRows
      eventRows += other.eventRows
      truthRows += other.truthRows
      futureRows += other.futureRows
    }
  }
}
