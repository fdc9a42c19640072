public import WireProtocol

/// A way back to whoever sent a frame: the routing id of a socket, or whatever the simulator uses.
public struct Address: Hashable, Sendable {
  /// The routing id.
  public var bytes: [UInt8]

  /// Makes an address.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// Who sent a frame, as its key proved.
public struct Sender: Hashable, Sendable {
  /// The way back.
  public var address: Address
  /// What its key may do.
  public var role: Role
  /// The name that its key carries.
  public var name: String
  /// The first characters of the key, for people.
  public var key: String

  /// Makes a sender.
  public init(address: Address, role: Role, name: String, key: String = "") {
    self.address = address
    self.role = role
    self.name = name
    self.key = key
  }
}

/// A sentence for the log, by weight.
public enum Severity: String, Sendable, Equatable {
  case debug, info, warning, error
}
