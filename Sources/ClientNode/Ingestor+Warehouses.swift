import Demand
import Packing
import Tables
import WireProtocol

/// The warehouses: one document that the coordinator holds, replaced as a whole.
extension Ingestor {
  func takeWarehouses(_ input: IngestInput) throws(ClientError) -> IngestReport {
    let (list, rejects) = try readWarehouses(input)
    guard !list.warehouses.isEmpty else {
      throw .inputRefused(
        "\(input.path) names no warehouse; the rows that it has are in \(input.rejectsPath)")
    }
    let packed = list.packed()
    guard packed.count <= Limits.documentBytes else {
      throw .inputRefused(
        "\(input.path): the warehouses take \(packed.count) bytes, at most \(Limits.documentBytes) "
          + "are taken; shorten their names")
    }
    guard case .document = try client.ask(.documentChange(content: packed)) else {
      throw .unexpected(node: "the coordinator", what: "something else than the warehouses")
    }
    var report = IngestReport(input)
    report.rows = list.warehouses.count + rejects.count
    report.take(rejects)
    return report
  }

  /// The good rows of a file of warehouses; of a strict one all rows are good.
  func readWarehouses(
    _ input: IngestInput
  ) throws(ClientError) -> (list: WarehouseList, rejects: RejectFile) {
    let rejects = RejectFile(path: input.rejectsPath)
    let list = try onTables { () throws(TableError) in
      let (list, bad) = try WarehouseReader.read(try ByteSource(path: input.path))
      for row in bad { try rejects.add(row) }
      try rejects.finish()
      return list
    }
    if input.isStrict, let first = rejects.first.first {
      throw Self.refusal(of: input, first, rejects)
    }
    return (list, rejects)
  }

  /// The locations that rows may name; nothing where no warehouses were named, so that any will do.
  func knownLocations() throws(ClientError) -> [Location]? {
    guard case .document(let document) = try client.ask(.documentRequest) else {
      throw .unexpected(node: "the coordinator", what: "something else than the warehouses")
    }
    guard !document.content.isEmpty else { return nil }
    do throws(PackingError) {
      return try WarehouseList(packed: document.content).warehouses.map(\.location)
    } catch {
      throw .unexpected(node: "the coordinator", what: "warehouses that make no sense: \(error)")
    }
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
