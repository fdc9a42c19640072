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

  /// The coordinators that are known when these are told of: they come first, and those of before
  /// stay behind them as far as there is room. One that is away just now may be the next to lead.
  ///
  /// Of an endpoint that is told the keys are those that are told: one whose key is changed is told
  /// with both for a while, and then with the new one. One that listens at all addresses of
  /// its machine is, on others, where it was found under one of its keys.
  public static func list(
    _ told: [PeerAddress], before known: [CoordinatorAddress], areHere: Bool = false
  ) -> [CoordinatorAddress] {
    var list: [CoordinatorAddress] = []
    for peer in told {
      guard let key = try? PublicKey(peer.publicKey) else { continue }
      let keys = told.filter { $0.node == peer.node && $0.endpoint == peer.endpoint }
        .map(\.publicKey)
      var endpoint = peer.endpoint
      if !areHere, endpoint.hasPrefix("tcp://0.0.0.0:") {
        guard let place = known.first(where: { keys.contains($0.key.text) }) else { continue }
        endpoint = place.endpoint
      }
      let address = CoordinatorAddress(endpoint: endpoint, key: key)
      if !list.contains(address) { list.append(address) }
    }
    let places = Set(list.map(\.endpoint))
    for address in known where !places.contains(address.endpoint) { list.append(address) }
    return Array(list.prefix(Limits.coordinators))
  }

  /// The text of a file for these coordinators.
  public static func text(_ list: [CoordinatorAddress]) -> String {
    list.map { "\($0.endpoint) \($0.key)\n" }.joined()
  }
}
