import CommandLineArguments
public import Demand
import Glibc
import Tables

/// Reads tables as an ingest would, without a cluster, and says everything that it finds: rows and
/// files that would not be taken, and what would be taken and may not be meant.
public struct FolderCheck {
  /// Rows between two looks at the user.
  private static let rowsPerTurn = 65_536

  private let today: Day
  private let stop: () throws(ClientError) -> Void
  private let progress: (IngestProgress) -> Void

  private var report = CheckReport()
  private var seen = SeenSales()
  private var facts = CheckedFacts()

  /// A check on a day: sales later than `today` are doubted.
  public init(
    today: Day, stop: @escaping () throws(ClientError) -> Void = {},
    progress: @escaping (IngestProgress) -> Void = { _ in }
  ) {
    self.today = today
    self.stop = stop
    self.progress = progress
  }

  /// Checks inputs in their order; `others` are files beside them that are none.
  public consuming func check(
    _ inputs: [IngestInput], beside others: [String] = []
  ) throws(ClientError) -> CheckReport {
    for input in inputs { try check(input) }
    finish(others)
    return report
  }

  private mutating func finish(_ others: [String]) {
    facts.today = today
    report.doubts += CheckDoubts(report.tables, seen, facts).all
    report.doubts += others.compactMap(CheckDoubts.strayFile)
    report.skus = seen.mentions.count { $0.contains(.sales) }
    let days = seen.calendar.compactMap(\.days)
    report.locations = days.count
    if let first = days.map(\.lowerBound).min(), let last = days.map(\.upperBound).max() {
      report.days = first...last
    }
  }

  // MARK: Files

  private mutating func check(_ input: IngestInput) throws(ClientError) {
    var table = CheckedTable(input.table, path: input.path)
    do throws(ClientError) {
      let source = try onTables { () throws(TableError) in try input.open() }
      try read(input, source, &table)
      report.bytes += source.bytesRead
    } catch {
      switch error {
      case .table(let reason): table.failure = reason.description
      case .inputRefused(let reason): table.failure = reason
      default: throw error
      }
    }
    report.tables.append(table)
  }

  private mutating func read(
    _ input: IngestInput, _ source: ByteSource, _ table: inout CheckedTable
  ) throws(ClientError) {
    switch input.table {
    case .warehouses, .policy, .limits, .events: try readWhole(input.table, source, &table)
    case .items: try readItems(source, &table)
    case .suppliers: try readSuppliers(source, &table)
    case .distribution: try readDistribution(source, &table)
    case .inventory: try readInventory(input, source, &table)
    case .sales: try readSales(input, source, &table)
    }
  }

  private mutating func readWhole(
    _ kind: InputTable, _ source: ByteSource, _ table: inout CheckedTable
  ) throws(ClientError) {
    let known = facts.knownLocations
    switch kind {
    case .policy:
      let (rules, rejected) = try onTables { () throws(TableError) in
        try PolicyReader.read(source, knownLocations: known)
      }
      facts.scopes = rules.map(\.scope)
      table.take(good: rules.count, rejected)
    case .limits:
      let (limits, rejected) = try onTables { () throws(TableError) in
        try LimitReader.read(source)
      }
      table.take(good: [limits.cash, limits.cashToday].count { $0 != nil }, rejected)
    case .events:
      let (events, rejected) = try onTables { () throws(TableError) in
        try EventReader.read(source, knownLocations: known)
      }
      facts.eventScopes = events.map(\.scope.policy)
      table.take(good: events.count, rejected)
    default:
      let (list, rejected) = try onTables { () throws(TableError) in
        try WarehouseReader.read(source)
      }
      facts.warehouses = list.warehouses
      table.take(good: list.warehouses.count, rejected)
      if list.warehouses.isEmpty {
        table.failure = "\(source.name) names no warehouse; write a row for each"
      }
    }
  }

  private mutating func readItems(
    _ source: ByteSource, _ table: inout CheckedTable
  ) throws(ClientError) {
    var reader = try onTables { () throws(TableError) in try ItemReader(source) }
    var (seen, facts) = takeSeen()
    defer { (self.seen, self.facts) = (seen, facts) }
    try turns(source, &table) { (table: inout CheckedTable) throws(TableError) in
      try reader.read(
        maximumRows: Self.rowsPerTurn,
        item: { sku, item in
          table.rows += 1
          seen.mention(sku, .items)
          facts.take(sku, item)
        }, rejected: { table.take($0) })
    }
  }

  private mutating func readSuppliers(
    _ source: ByteSource, _ table: inout CheckedTable
  ) throws(ClientError) {
    let known = facts.knownLocations
    var reader = try onTables { () throws(TableError) in
      try SupplierReader(source, knownLocations: known)
    }
    var (seen, facts) = takeSeen()
    defer { (self.seen, self.facts) = (seen, facts) }
    try turns(source, &table) { (table: inout CheckedTable) throws(TableError) in
      try reader.read(
        maximumRows: Self.rowsPerTurn,
        option: { sku, _, option in
          table.rows += 1
          seen.mention(sku, .suppliers)
          if case .supplier(let name) = option.origin { facts.suppliers.insert(name) }
        }, rejected: { table.take($0) })
    }
  }

  private mutating func readDistribution(
    _ source: ByteSource, _ table: inout CheckedTable
  ) throws(ClientError) {
    let known = facts.knownLocations
    var reader = try onTables { () throws(TableError) in
      try DistributionReader(source, knownLocations: known)
    }
    var (seen, facts) = takeSeen()
    defer { (self.seen, self.facts) = (seen, facts) }
    try turns(source, &table) { (table: inout CheckedTable) throws(TableError) in
      // Two closures count rows, and one place may be changed by one of them alone.
      var (ways, lanes) = (0, 0)
      defer { table.rows += ways + lanes }
      return try reader.read(
        maximumRows: Self.rowsPerTurn,
        option: { sku, _, _ in
          ways += 1
          seen.mention(sku, .distribution)
        }, lane: { _ in lanes += 1 }, rejected: { table.take($0) })
    }
  }

  private mutating func readInventory(
    _ input: IngestInput, _ source: ByteSource, _ table: inout CheckedTable
  ) throws(ClientError) {
    let known = facts.knownLocations
    var reader = try onTables { () throws(TableError) in
      try InventoryReader(source, defaultLocation: input.location, knownLocations: known)
    }
    var (seen, facts) = takeSeen()
    defer { (self.seen, self.facts) = (seen, facts) }
    try turns(source, &table) { (table: inout CheckedTable) throws(TableError) in
      try reader.read(
        maximumRows: Self.rowsPerTurn,
        stock: { sku, location, _ in
          table.rows += 1
          seen.mention(sku, at: location, .inventory)
        }, rejected: { table.take($0) })
    }
  }

  private mutating func readSales(
    _ input: IngestInput, _ source: ByteSource, _ table: inout CheckedTable
  ) throws(ClientError) {
    let known = facts.knownLocations
    var reader = try onTables { () throws(TableError) in
      try SalesReader(
        source, columns: try input.columnNames(), defaultLocation: input.location,
        knownLocations: known, returns: input.returns)
    }
    var (seen, facts) = takeSeen()
    defer { (self.seen, self.facts) = (seen, facts) }
    let today = today
    try turns(source, &table) { (table: inout CheckedTable) throws(TableError) in
      unsafe try reader.read(
        maximumRows: Self.rowsPerTurn,
        row: { row in
          table.rows += 1
          // A return belongs to a sale of its day, more often than not.
          if unsafe row.units >= 0 { unsafe seen.sold(row) }
          if unsafe row.day > today { unsafe facts.takeLate(row.line, row.day) }
        }, rejected: { table.take($0) })
    }
  }

  // MARK: Turns

  /// Takes out what closures change, so that they change it without a copy.
  private mutating func takeSeen() -> (SeenSales, CheckedFacts) {
    defer { (seen, facts) = (SeenSales(), CheckedFacts()) }
    return (seen, facts)
  }

  /// Reads a few rows again and again until there are no more.
  private func turns(
    _ source: ByteSource, _ table: inout CheckedTable,
    _ read: (inout CheckedTable) throws(TableError) -> Bool
  ) throws(ClientError) {
    let size = Ingestor.size(of: table.path)
    var isMore = true
    while isMore {
      isMore = try onTables { () throws(TableError) in try read(&table) }
      try stop()
      progress(
        IngestProgress(
          table: table.table, rows: table.rows, rejected: table.rejected,
          bytesRead: source.bytesRead, bytesInAll: size, committedBatches: 0, isChecking: true,
          seconds: 0))
    }
  }
}

extension CheckedTable {
  fileprivate mutating func take(good: Int, _ rejected: [RejectedRow]) {
    rows += good
    for row in rejected { take(row) }
  }
}
