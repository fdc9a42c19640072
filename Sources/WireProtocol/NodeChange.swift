public import Packing

/// What an operator wants of a worker as a place for shards.
public struct NodeChange: Equatable, Packable {
  /// What can be wanted.
  public enum Action: UInt8, Sendable, CaseIterable {
    /// Have all its shards elsewhere; it stays.
    case drain = 1
    /// Give it shards again.
    case recommission = 2
    /// Forget it: it will not come back.
    case decommission = 3
    /// Nothing: say what the cluster would move now.
    case rebalance = 4
    /// Nothing of one of them: from now on all must speak the newest version of the protocol.
    case finalise = 5

    /// Whether it is about one worker.
    public var needsNode: Bool {
      switch self {
      case .drain, .recommission, .decommission: true
      case .rebalance, .finalise: false
      }
    }
  }

  /// What.
  public var action: Action
  /// Of which worker; of none where it is about the cluster.
  public var node: NodeName?
  /// Whether only to say what would happen.
  public var isDryRun: Bool

  /// Makes a wish.
  public init(_ action: Action, of node: NodeName?, isDryRun: Bool = false) {
    self.action = action
    self.node = node
    self.isDryRun = isDryRun
  }

  /// Appends the wish.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(action.rawValue)
    writer.optional(node) { $1.pack(into: &$0) }
    writer.bool(isDryRun)
  }

  /// Reads a wish.
  public init(from reader: inout ByteReader) throws(PackingError) {
    action = try reader.choice("change of a worker")
    node = try reader.optional { reader throws(PackingError) in try NodeName(from: &reader) }
    isDryRun = try reader.bool()
  }
}
