/// The limits of what travels in one message.
public enum MessageLimit {
  /// The largest payload: 256 KiB of content and 1 KiB for what frames it.
  public static let maximumBytes = 262_144 + 1_024

  /// What libzmq lets in, of one part: what is larger costs its sender the connection. What is too
  /// large by less is thrown away and counted, so that a faulty peer is told from a broken wire.
  static let maximumWireBytes = 4 * maximumBytes

  /// The bytes that a part takes on the wire: CURVE makes it longer by 33, and it has a flag and a
  /// length of one byte or of eight before it.
  static func wireBytes(_ count: Int, isEncrypted: Bool) -> Int {
    let body = count + (isEncrypted ? 33 : 0)
    return body + (body > 255 ? 9 : 2)
  }
}

/// What became of a message that was sent.
///
/// `sent` means that libzmq took it, not that it arrived: a lost connection loses what was on its
/// way. Every request has a reply, a deadline and a retry.
public enum SendOutcome: Sendable, Hashable {
  /// Taken over.
  case sent
  /// The queue to this peer is full: send again later.
  case wouldBlock
  /// There is no connection to this peer.
  case unreachable
}

/// The name of a connection at the router that accepted it. It ends with the connection: a peer
/// that comes back has another.
public struct RoutingID: Hashable, Sendable, CustomStringConvertible {
  /// libzmq names a connection with a zero byte and a number of four bytes.
  static let byteCount = 5
  let number: UInt32

  init(number: UInt32) { self.number = number }

  init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount, unsafe bytes[0] == 0 else { return nil }
    number = unsafe bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self).bigEndian
  }

  /// The connection that `bytes` names, or nothing if they name none.
  public init?(bytes: [UInt8]) {
    let id = unsafe bytes.withUnsafeBytes { unsafe RoutingID(bytes: $0) }
    guard let id else { return nil }
    self = id
  }

  /// The name as libzmq writes it.
  public var bytes: [UInt8] {
    unsafe withUnsafeBytes(of: number.bigEndian) { unsafe [0] + Array($0) }
  }

  /// The number, for logs.
  public var description: String { "#\(number)" }
}

/// A message that came in.
public struct Incoming: Sendable {
  /// The connection that it came from; nil on a dealer, which has one only.
  public let from: RoutingID?
  /// The key at the other end, which the authenticator let in; nil without CURVE.
  public let key: PublicKey?
  /// Who holds the key by the list in force now; nil on a dealer and without CURVE.
  public internal(set) var identity: Identity?
  /// The payload, at most `MessageLimit.maximumBytes`.
  public let bytes: [UInt8]
}

/// What passed through a socket and what was refused, since it was made.
public struct Traffic: Sendable, Hashable {
  /// Messages handed to the program.
  public internal(set) var received: Int64 = 0
  /// Messages that libzmq took over.
  public internal(set) var sent: Int64 = 0
  /// Sends that met a full queue.
  public internal(set) var wouldBlock: Int64 = 0
  /// Sends that met no connection.
  public internal(set) var unreachable: Int64 = 0
  /// Messages thrown away because they had not the one part that is expected.
  public internal(set) var refusedParts: Int64 = 0
  /// Messages thrown away because their sender chose its own routing id.
  public internal(set) var refusedRouting: Int64 = 0
  /// Messages thrown away because they were over `MessageLimit.maximumBytes`. What is larger than
  /// four times that is cut off by libzmq with its connection and counts in
  /// `ConnectionCounts.lost`.
  public internal(set) var refusedSize: Int64 = 0
  /// Messages thrown away because the key of their sender is on the list no more.
  public internal(set) var refusedRevoked: Int64 = 0

  /// Connections cut off because there were too many and they said nothing.
  public internal(set) var refusedCrowd: Int64 = 0
  /// Connections cut off because they sent more than is taken, or a message that did not end.
  public internal(set) var refusedEndless: Int64 = 0
  /// Connections cut off because they asked for more than they read.
  public internal(set) var refusedSlow: Int64 = 0
  /// Messages not sent because their receiver has not read those before: it asks again.
  public internal(set) var refusedFull: Int64 = 0

  /// All messages that were thrown away.
  public var refused: Int64 { refusedParts + refusedRouting + refusedSize + refusedRevoked }

  /// What was refused so far, in words; what never happened is left out.
  public var refusals: [String: Int64] {
    let counts: KeyValuePairs<String, Int64> = [
      "wrong parts": refusedParts, "oversized": refusedSize, "wrong routing": refusedRouting,
      "revoked key": refusedRevoked, "too many connections": refusedCrowd,
      "endless messages": refusedEndless, "slow reader": refusedSlow + refusedFull,
    ]
    return Dictionary(uniqueKeysWithValues: counts.filter { $0.value > 0 }.map { ($0, $1) })
  }
}
