public import CommandLineArguments

/// The tables that a cluster takes in.
public enum InputTable: String, CaseIterable, Sendable, ArgumentValue {
  // In the order in which a folder is taken in: what the others refer to comes first.
  /// Places that hold stock.
  case warehouses
  /// Planners' rules.
  case policy
  /// What all SKUs share: cash.
  case limits
  /// Holidays and promotions, past and to come.
  case events
  /// What is sold.
  case items
  /// Where it can be bought.
  case suppliers
  /// What moves between warehouses.
  case distribution
  /// What there is of it.
  case inventory
  /// What was sold.
  case sales

  /// The name of the table's file in a folder, where it is delimited text.
  public var fileName: String { "\(rawValue).csv" }

  /// The path of the table's file in a folder, as CSV or NDJSON, or nothing where there is none;
  /// several are refused.
  public func path(in folder: String) throws(ClientError) -> String? {
    try TableFile.path(of: rawValue, in: folder)
  }

  /// Whether it is a part of the planning document and of that alone: it is known by its content,
  /// and replaced as a whole.
  public var isDocument: Bool {
    switch self {
    case .warehouses, .policy, .limits, .events: true
    case .items, .suppliers, .distribution, .inventory, .sales: false
    }
  }

  /// The table that a file's name suggests: the one that it starts with; sales where none.
  public init(guessedFrom path: String) {
    let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    self = Self.allCases.first { name.hasPrefix($0.rawValue) } ?? .sales
  }
}
