/// Why a coordinator cannot start or go on; the sentence names the way out.
public struct CoordinatorError: Error, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String
  /// Whether the store is the cause (locked, full, damaged).
  public let isStorage: Bool

  init(_ description: String, isStorage: Bool = false) {
    self.description = description
    self.isStorage = isStorage
  }
}
