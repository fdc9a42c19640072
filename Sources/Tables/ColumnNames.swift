/// What the columns of a file are called where they are not called as Granary calls them:
/// `sku=unique_id,date=ds,units=y`.
public struct ColumnNames: Equatable, Sendable {
  /// The columns of sales files.
  public static let sales = [
    "sku", "location", "date", "units", "price", "promotion", "in_stock",
  ]

  private var names: [String: String] = [:]

  /// Every column is called as it is.
  public init() {}

  /// Reads `sku=unique_id,date=ds`; `known` are the words that may stand left of `=`.
  public init(parsing text: String, known: [String] = sales) throws(TableError) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = part.firstIndex(of: "=") else {
        throw .badColumns(text: text, reason: "\"\(part)\" has no \"=\"")
      }
      let column = part[..<equals].trimmed
      let name = part[part.index(after: equals)...].trimmed
      guard known.contains(column) else {
        let hint = NearestName.among(known, to: column).map { ", is \"\($0)\" meant?" } ?? ""
        throw .badColumns(
          text: text,
          reason: "there is no column \"\(column)\"\(hint) Known are "
            + known.joined(separator: ", "))
      }
      guard !name.isEmpty else {
        throw .badColumns(text: text, reason: "\"\(column)=\" names nothing")
      }
      guard names.updateValue(name, forKey: column) == nil else {
        throw .badColumns(text: text, reason: "\"\(column)\" is named twice")
      }
    }
  }

  /// What the file calls a column.
  public func name(of column: String) -> String { names[column] ?? column }

  /// Whether the mapping names this column, so that it must be there.
  func isMapped(_ column: String) -> Bool { names[column] != nil }
}

extension Substring {
  /// The text without the spaces around it.
  fileprivate var trimmed: String {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
