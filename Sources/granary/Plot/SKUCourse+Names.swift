import ClientNode
import CommandLineArguments
import Demand
import WireProtocol

/// What was meant by the words of the command line.
extension SKUCourse {
  /// The location that a word means; the only one there is where nothing was said.
  static func place(
    _ wanted: String?, of sku: SKU, among places: [Location]
  ) throws -> Location? {
    guard let wanted else { return places.count == 1 ? places.first : nil }
    if let found = places.first(where: { $0.description == wanted }) { return found }
    let names = places.map(\.description)
    let nearest = NearestName.find(wanted, among: names).map { "did you mean \($0)?" }
    throw ClientError.inputRefused(
      "SKU \"\(sku)\" is not known at \"\(wanted)\"; "
        + (nearest ?? "it is at \(names.prefix(12).joined(separator: ", "))"))
  }

  /// Why nothing is known of a SKU, and what else may have been meant. All names cannot be looked
  /// through: they lie wherever their hashes say. Common slips can be asked for.
  static func unknown(_ sku: SKU, _ reader: SKUReader) throws -> ClientError {
    let name = sku.description
    let slips = [name.uppercased(), name.lowercased(), name.trimmed, name.trimmed.uppercased()]
    var asked: Set<String> = [name]
    for slip in slips where asked.insert(slip).inserted {
      guard let other = try? SKU(slip) else { continue }
      if try !reader.rows(.series, of: other).isEmpty {
        return .inputRefused("SKU \"\(sku)\" is not known; did you mean \(other)?")
      }
    }
    if try !reader.rows(.item, of: sku).isEmpty || !reader.rows(.stock, of: sku).isEmpty {
      return .inputRefused(
        "SKU \"\(sku)\" is known and has no sales yet, so there is nothing to draw; "
          + "`granary ingest sales.csv` brings them")
    }
    return .inputRefused(
      "SKU \"\(sku)\" is not known; `granary export sales --output -` names those that are")
  }
}

extension String {
  /// Without blanks at its ends.
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
