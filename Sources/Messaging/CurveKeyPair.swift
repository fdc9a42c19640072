import CZeroMQ

/// A public CURVE key: who a node is.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
  /// The length of a key as text.
  public static let textLength = 40
  static let byteCount = 32

  /// The key as 40 characters of Z85.
  public let text: String

  /// Takes a key from its text.
  public init(_ text: String) throws(MessagingError) {
    guard Z85.isKey(text) else { throw .notAKey(what: "\"\(text.prefix(64))\"") }
    self.text = text
  }

  /// Takes the 32 bytes that libzmq hands to an authenticator.
  init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 41) { text in
      guard let start = unsafe zmq_z85_encode(text.baseAddress, bytes, bytes.count) else {
        return String?.none
      }
      return unsafe String(cString: start)
    }
    guard let text else { return nil }
    self.text = text
  }

  /// A key that the authenticator let in, as libzmq attached its text to the connection.
  init(attached text: String) { self.text = text }

  /// The text.
  public var description: String { text }

  /// As much of the text as tells keys apart for people.
  public var beginning: String { String(text.prefix(8)) }
}

/// A node's CURVE keys. The secret half is never shown: not in logs, errors or descriptions.
public struct CurveKeyPair: Sendable, CustomStringConvertible, CustomReflectable {
  /// The half that others know the node by.
  public let publicKey: PublicKey
  let secret: String

  /// Makes a new pair from the system's randomness.
  public static func generate() throws(MessagingError) -> CurveKeyPair {
    let texts = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 82) { room in
      guard
        let open = room.baseAddress,
        case let secret = unsafe open + 41,
        unsafe zmq_curve_keypair(open, secret) == 0
      else { return (String, String)?.none }
      // What the stack held is overwritten, so that no later bug can show it.
      defer { unsafe secret.update(repeating: 0, count: 41) }
      return unsafe (String(cString: open), String(cString: secret))
    }
    guard let (open, secret) = texts else {
      throw .library(call: "zmq_curve_keypair", reason: MessagingError.lastReason())
    }
    return CurveKeyPair(publicKey: try PublicKey(open), secret: secret)
  }

  private init(publicKey: PublicKey, secret: String) {
    self.publicKey = publicKey
    self.secret = secret
  }

  /// The pair that a secret key belongs to; `source` names where it came from in the error.
  init(secret: String, source: String) throws(MessagingError) {
    guard Z85.isKey(secret) else { throw .notAKey(what: "what \(source) holds") }
    let open = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 41) { text in
      guard
        let start = text.baseAddress, unsafe zmq_curve_public(start, secret) == 0
      else { return String?.none }
      return unsafe String(cString: start)
    }
    guard let open else { throw .notAKey(what: "what \(source) holds") }
    self.init(publicKey: try PublicKey(open), secret: secret)
  }

  /// The public key.
  public var description: String { "key pair \(publicKey)" }

  /// Shows nothing but the public key.
  public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}

/// The spelling of keys in text: five printable characters for four bytes (ZeroMQ RFC 32).
enum Z85 {
  static let alphabet = Set(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

  /// Whether libzmq would take the text for a key. Five characters can say more than four bytes
  /// hold; decoding and encoding again finds those.
  static func isKey(_ text: String) -> Bool {
    guard
      text.utf8.count == PublicKey.textLength, text.utf8.allSatisfy(alphabet.contains)
    else { return false }
    var bytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
    defer { for index in bytes.indices { bytes[index] = 0 } }
    guard unsafe zmq_z85_decode(&bytes, text) != nil else { return false }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 41) { again in
      guard let start = unsafe zmq_z85_encode(again.baseAddress, bytes, bytes.count) else {
        return false
      }
      return unsafe String(cString: start) == text
    }
  }
}
