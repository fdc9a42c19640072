public import WireProtocol

/// In which version of the protocol to greet whoever listens: the newest, until it is refused. Then
/// the one before, as long as the connection lasts: behind the next one may be a newer program.
public struct SpokenVersion: Sendable {
  private var version = Frame.versions.upperBound
  private var connections: Int64 = 0

  /// The newest version.
  public init() {}

  /// Takes over how often the connection was made.
  public mutating func connected(times: Int64) {
    guard times != connections else { return }
    connections = times
    version = Frame.versions.upperBound
  }

  /// Hears what was said; whether it was a refusal of the version, so that what was asked is to be
  /// asked again.
  public mutating func hear(_ frame: Frame) -> Bool {
    // Said so since the first version.
    guard case .refusal(let refusal) = frame.message, refusal.code == .malformed,
      refusal.reason.contains("protocol version"), version > Frame.versions.lowerBound
    else { return false }
    version -= 1
    return true
  }

  /// A frame as bytes that the other one reads.
  public func packed(_ frame: Frame) -> [UInt8] {
    var frame = frame
    frame.version = min(frame.version, version)
    return frame.packed()
  }
}
