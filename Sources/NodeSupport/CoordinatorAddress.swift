public import Messaging
public import WireProtocol

/// Where a coordinator listens, and the key that proves that it is the right one.
///
/// A cluster's folder has a line of it for each coordinator, `ENDPOINT KEY`, the one that led last
/// first.
public struct CoordinatorAddress: Hashable, Sendable {
  /// The endpoint.
  public var endpoint: String
  /// The public key.
  public var key: PublicKey

  /// The coordinators of a file's text; nothing where a line is none of one.
  public static func list(in text: String) -> [CoordinatorAddress]? {
    var list: [CoordinatorAddress] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      guard words.count == 2, let key = try? PublicKey(String(words[1])) else { return nil }
      let address = CoordinatorAddress(endpoint: String(words[0]), key: key)
      if !list.contains(address) { list.append(address) }
    }
    return list.isEmpty || list.count > Limits.coordinators ? nil : list
  }

  /// The text of a file for these coordinators.
  public static func text(_ coordinators: [PeerAddress]) -> String {
    coordinators.map { "\($0.endpoint) \($0.publicKey)\n" }.joined()
  }
}
