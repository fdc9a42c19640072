import Demand
import Packing
import Tables
import WireProtocol

/// The tables that all workers hold whole: parts of one document that the coordinator keeps, each
/// replaced as a whole by its file.
extension Ingestor {
  /// How often a change is made anew because somebody else changed the document meanwhile.
  private static let maximumTries = 16

  /// A part of the document: what it changes, and the rows that were not taken.
  struct Part {
    var rows = 0
    var rejects: RejectFile
    var format: TextFormat?
    var change: (inout PlanningDocument) -> Void
  }

  func takePart(_ input: IngestInput, known: [Location]?) throws(ClientError) -> IngestReport {
    let part = try readPart(input, known: known)
    try changeDocument(of: input, part.change)
    var report = IngestReport(input)
    report.format = part.format
    report.rows = part.rows + part.rejects.count
    report.take(part.rejects)
    return report
  }

  /// The rows of a file, all of them good.
  func readPart(_ input: IngestInput, known: [Location]?) throws(ClientError) -> Part {
    switch input.table {
    case .policy:
      let (rules, rejects, format) = try readRows(input) { source throws(TableError) in
        try PolicyReader.read(source, knownLocations: known)
      }
      return Part(rows: rules.count, rejects: rejects, format: format) { $0.rules = rules }
    case .limits:
      let (limits, rejects, format) = try readRows(input) { source throws(TableError) in
        try LimitReader.read(source)
      }
      let count = [limits.cash, limits.cashToday].count { $0 != nil }
      return Part(rows: count, rejects: rejects, format: format) { $0.limits = limits }
    case .events:
      let (events, rejects, format) = try readRows(input) { source throws(TableError) in
        try EventReader.read(source, knownLocations: known)
      }
      return Part(rows: events.count, rejects: rejects, format: format) { $0.events = events }
    default:
      let (list, rejects, format) = try readWarehouses(input)
      return Part(rows: list.warehouses.count, rejects: rejects, format: format) {
        $0.warehouses = list
      }
    }
  }

  func readWarehouses(
    _ input: IngestInput
  ) throws(ClientError) -> (list: WarehouseList, rejects: RejectFile, format: TextFormat?) {
    let (list, rejects, format) = try readRows(input) { source throws(TableError) in
      try WarehouseReader.read(source)
    }
    guard !list.warehouses.isEmpty else {
      throw .inputRefused(
        "\(input.path) names no warehouse; the rows that it has are in \(input.rejectsPath)")
    }
    return (list, rejects, format)
  }

  private func readRows<Rows>(
    _ input: IngestInput,
    _ read: (ByteSource) throws(TableError) -> (Rows, rejected: [RejectedRow])
  ) throws(ClientError) -> (rows: Rows, rejects: RejectFile, format: TextFormat?) {
    let rejects = RejectFile(path: input.rejectsPath)
    var format: TextFormat?
    let rows = try onTables { () throws(TableError) in
      let source = try input.open()
      let (rows, bad) = try read(source)
      format = source.format
      for row in bad { try rejects.add(row) }
      try rejects.finish()
      return rows
    }
    // What replaces a whole is taken whole: a limit or a warehouse that is misspelt must not be one
    // that is gone.
    if let first = rejects.first.first { throw Self.refusal(of: input, first, rejects) }
    return (rows, rejects, format)
  }

  // MARK: The document

  /// Changes the document as it is now. Where somebody else changed it between the reading and the
  /// writing, this change is made anew from what they left.
  func changeDocument(
    of input: IngestInput, _ change: (inout PlanningDocument) -> Void
  ) throws(ClientError) {
    var tries = 0
    while true {
      let (version, stored) = try client.planningDocument()
      var document = stored
      change(&document)
      let packed = document.packed()
      guard packed.count <= Limits.documentBytes else { throw Self.tooLarge(input, document) }
      do throws(ClientError) {
        let answer = try client.ask(.documentChange(base: version, content: packed))
        guard case .document = answer else {
          throw .unexpected(node: "the coordinator", what: "something else than the document")
        }
        return
      } catch {
        tries += 1
        guard case .refused(let refusal) = error, refusal.code == .stale,
          tries < Self.maximumTries
        else { throw error }
      }
    }
  }

  /// The locations that rows may name; nothing where no warehouses were named, so that any will do.
  func knownLocations() throws(ClientError) -> [Location]? {
    let warehouses = try client.planningDocument().document.warehouses.warehouses
    return warehouses.isEmpty ? nil : warehouses.map(\.location)
  }

  private static func tooLarge(_ input: IngestInput, _ document: PlanningDocument) -> ClientError {
    var alone = PlanningDocument()
    let whole = document.packed().count
    alone.rules = document.rules
    let rules = alone.packed().count
    alone.rules = []
    alone.lanes = document.lanes
    let lanes = alone.packed().count
    alone.lanes = []
    alone.events = document.events
    let events = alone.packed().count
    return .inputRefused(
      "\(input.path): with it warehouses, rules, lanes for all SKUs and events take \(whole) "
        + "bytes, at most \(Limits.documentBytes) are taken: "
        + "\(document.warehouses.warehouses.count) warehouses "
        + "\(whole - rules - lanes - events), \(document.rules.count) rules \(rules), "
        + "\(document.lanes.count) lanes \(lanes), \(document.events.count) events \(events); "
        + "put rules and events for single SKUs together by category, location or supplier, write "
        + "lanes for single SKUs instead of *, and leave out the oldest events; nothing was "
        + "changed")
  }

  // MARK: Refusals

  static func refusal(
    of input: IngestInput, _ first: RejectedRow, _ rejects: RejectFile
  ) -> ClientError {
    .inputRefused(
      "\(input.path):\(first.line): \(first.sentence); \(rejects.count) bad "
        + "\(rejects.count == 1 ? "row is" : "rows are") in \(rejects.path); nothing was applied")
  }

  static func surfeit(of input: IngestInput, limit: Int, _ rejects: RejectFile) -> ClientError {
    .inputRefused(
      "\(input.path) has more than \(limit) bad rows (ingest.rejectLimit), see \(rejects.path); "
        + "what was sent before stays, and the same input with a higher limit goes on from there")
  }
}
