/// A line of an export: what clients need to write CSV or JSON without knowing the models.
public protocol PlanRow: Sendable {
  /// The name of the export, as in its file name.
  static var name: String { get }
  /// The names of the fields.
  static var columns: [String] { get }
  /// Which fields are numbers (JSON writes them without quotes); the others are text.
  static var numbers: [Bool] { get }
  /// Appends the fields, one for each column; an empty one has no value.
  func write(to fields: inout PlanFields)
}

extension PlanRow {
  /// The fields, one for each column; an empty one has no value.
  public var fields: [String] {
    var fields = PlanFields()
    write(to: &fields)
    return fields.texts
  }
}

/// A column and how its value is written.
struct PlanColumn: Sendable {
  let name: String
  let isNumber: Bool

  static func text(_ name: String) -> PlanColumn { PlanColumn(name: name, isNumber: false) }
  static func number(_ name: String) -> PlanColumn { PlanColumn(name: name, isNumber: true) }
}
