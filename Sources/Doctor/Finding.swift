/// What one check found on a host: how it is, in words, and what to do where it is not well.
public struct Finding: Sendable, Equatable {
  /// How it is.
  public enum Verdict: String, Sendable, CaseIterable {
    /// Nothing to do.
    case ok
    /// It works, and will be regretted.
    case warning
    /// It does not work, or not for long.
    case wrong
  }

  /// What was looked at, in one or two words: `open files`.
  public let check: String
  /// How it is.
  public let verdict: Verdict
  /// What was found.
  public let found: String
  /// What to do; empty where there is nothing to do.
  public let wayOut: String

  /// A finding that asks for something to be done.
  public init(_ check: String, _ verdict: Verdict, _ found: String, do wayOut: String) {
    self.check = check
    self.verdict = verdict
    self.found = found
    self.wayOut = wayOut
  }

  /// A finding that all is well.
  public init(_ check: String, ok found: String) {
    self.check = check
    verdict = .ok
    self.found = found
    wayOut = ""
  }
}
