import WireProtocol

/// A line of the audit: who did what to the cluster, and what came of it.
///
/// The line of a change is durable before the change is, so there is never a change without one. A
/// coordinator that ended in between says at its next start which changes did not happen.
public struct AuditEntry: Codable, Equatable, Sendable {
  /// What came of it.
  public enum Result: String, Codable, Sendable {
    /// It was about to be done; a line that says that it was follows.
    case begun
    /// It was done, unless a later line says that it was not.
    case accepted
    /// It was not done.
    case refused
    /// It was accepted and did not happen, because whoever accepted it ended before.
    case undone = "not carried out"
  }

  /// When, as ISO 8601 in UTC; set by whoever writes the line.
  public var time = ""
  /// The role and the name of the key that asked for it, and the first characters of the key.
  public var role: String, node: String, key: String
  /// What, in words.
  public var what: String
  /// What came of it, and why.
  public var result: Result, reason: String
  /// The run that it starts, or the version of the planning document that it makes.
  public var run: UInt64?, document: UInt64?
  /// The run that it ends.
  public var cancels: UInt64?
  /// The version that it makes of what is lasting about workers.
  public var workers: UInt64?

  /// Makes a line.
  public init(
    role: String, node: String, key: String, what: String, result: Result, reason: String = "",
    run: UInt64? = nil, document: UInt64? = nil, cancels: UInt64? = nil, workers: UInt64? = nil
  ) {
    (self.role, self.node, self.key) = (role, node, key)
    (self.what, self.result, self.reason) = (what, result, reason)
    (self.run, self.document, self.cancels) = (run, document, cancels)
    self.workers = workers
  }

  init(
    _ sender: Sender, _ what: String, _ result: Result, reason: String = "", run: UInt64? = nil,
    document: UInt64? = nil, cancels: UInt64? = nil, workers: UInt64? = nil
  ) {
    self.init(
      role: sender.role.rawValue, node: sender.name, key: sender.key, what: what, result: result,
      reason: reason, run: run, document: document, cancels: cancels, workers: workers)
  }
}
