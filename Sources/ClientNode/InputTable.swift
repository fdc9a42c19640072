public import CommandLineArguments

/// The tables that a cluster takes in.
public enum InputTable: String, CaseIterable, Sendable, ArgumentValue {
  // In the order in which a folder is taken in: what the others refer to comes first.
  /// Places that hold stock.
  case warehouses
  /// What is sold.
  case items
  /// What there is of it.
  case inventory
  /// What was sold.
  case sales

  /// The name of the table's file in a folder.
  public var fileName: String { "\(rawValue).csv" }

  /// The table that a file's name suggests: the one that it starts with; sales where none.
  public init(guessedFrom path: String) {
    let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    self = Self.allCases.first { name.hasPrefix($0.rawValue) } ?? .sales
  }
}
