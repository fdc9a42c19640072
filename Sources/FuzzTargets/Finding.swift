/// A property that some bytes break: what was found, in words.
public struct Finding: Error, Equatable, Sendable, CustomStringConvertible {
  /// The reader, and what it did that it must not do.
  public let description: String

  init(_ description: String) { self.description = description }
}
