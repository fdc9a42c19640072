/// A question of libzmq to the authenticator: may this key come in? (ZAP 1.0, ZeroMQ RFC 27.)
struct AuthenticationRequest {
  /// Version, request id, domain, address, routing id, mechanism, and the credentials.
  static let partCount = 7
  /// More than any well-formed request has.
  static let maximumParts = 16

  let requestID: [UInt8]
  let address: String
  /// The key; nil when the peer did not come with CURVE or did not belong here.
  let key: PublicKey?

  /// Nil when the parts are not even a request that could be answered.
  init?(parts: [[UInt8]]) {
    guard parts.count >= 2 else { return nil }
    requestID = parts[1]
    let isCurve =
      parts.count == Self.partCount && parts[0] == Self.version
      && parts[2] == Array(Authenticator.domain.utf8) && parts[5] == Array("CURVE".utf8)
    address = parts.count > 3 ? String(decoding: parts[3], as: UTF8.self) : ""
    key = isCurve ? PublicKey(bytes: parts[6]) : nil
  }

  private static let version = Array("1.0".utf8)

  /// The answer that lets the peer in. Its key goes with every message: who holds it, and whether
  /// still, is looked up when the message is taken.
  func accepted(_ key: PublicKey) -> [[UInt8]] {
    [Self.version, requestID, Array("200".utf8), [], Array(key.text.utf8), []]
  }

  /// The answer that keeps the peer out. With 400 libzmq tells the peer, which then stops trying
  /// and can say why; with 300 it would try for ever and know nothing.
  func refused() -> [[UInt8]] {
    [Self.version, requestID, Array("400".utf8), [], [], []]
  }
}
