/// What a node may do.
public enum Role: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Owns shards.
  case worker
  /// Sends sales and reads results.
  case client
  /// Changes the cluster.
  case `operator`
  /// Sees, and changes nothing.
  case observer
  /// Owns placement, runs and prices.
  case coordinator

  /// The name, as allow-lists spell it.
  public var description: String { rawValue }
}

/// Who is at the other end of a connection, as the allow-list names the holder of its key.
public struct Identity: Hashable, Sendable, CustomStringConvertible {
  /// The longest node name.
  public static let maximumNodeBytes = 64

  /// What the node may do.
  public let role: Role
  /// The node's name: letters, digits, `.`, `-` and `_`.
  public let node: String

  /// An identity, or nil when the name is none.
  public init?(role: Role, node: String) {
    let isName = node.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }
    guard isName, !node.isEmpty, node.utf8.count <= Self.maximumNodeBytes else { return nil }
    self.role = role
    self.node = node
  }

  /// The identity as "role:node".
  public var description: String { "\(role):\(node)" }
}
