/// What cannot be planned, and why.
public enum AllocationError: Error, Equatable, CustomStringConvertible {
  /// A number of a pair is not one to plan with.
  case unsound(sku: Int, what: String, value: Double, range: String)
  /// A limit is not one to hold.
  case unsoundLimit(what: String, value: Double)

  /// A sentence that names the thing, the value and what would do.
  public var description: String {
    switch self {
    case .unsound(let sku, let what, let value, let range):
      "SKU \(sku): \(what) \(value): must be \(range)"
    case .unsoundLimit(let what, let value):
      "limit \(what) \(value): must be a number of at least 0; without a limit, infinity"
    }
  }
}
