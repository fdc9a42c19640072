public import WireProtocol

/// How it stands with the seat of the one coordinator that leads, where several may.
public struct SeatStatus: Equatable, Sendable {
  /// Where the coordinators are: the one that leads, then those that stand by.
  public var coordinators: [PeerAddress]
  /// Why it is not sure that this one leads still, or empty.
  public var trouble: String

  /// Makes a status.
  public init(coordinators: [PeerAddress], trouble: String = "") {
    self.coordinators = coordinators
    self.trouble = trouble
  }
}
