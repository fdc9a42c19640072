/// Who is at the other ends of a router's connections, by the allow-list in force.
///
/// libzmq can neither close one connection of a router nor say when one ended, so the book forgets
/// by age: of the peers that have not been heard while thousands of others were, none is known any
/// more, and what is sent to one is lost, as on any network. Whoever asks again is in it again.
struct PeerBook {
  /// The most peers of each of two ages; a peer that is heard is young.
  static let peersPerAge = 8_192

  struct Peer {
    let key: PublicKey
    /// Who holds the key, or held it when it was on the list last.
    var identity: Identity?
    var isRevoked: Bool
  }

  private var young: [RoutingID: Peer] = [:]
  private var old: [RoutingID: Peer] = [:]

  /// Whoever is at a connection, if it was heard lately.
  func peer(_ id: RoutingID) -> Peer? { young[id] ?? old[id] }

  /// Notes that a connection was heard, and says who it is.
  mutating func hear(_ id: RoutingID, _ key: PublicKey, by list: AllowList) -> Peer {
    if let peer = young[id], peer.key == key { return peer }
    if young.count == Self.peersPerAge {
      old = young
      young = [:]
    }
    var found = old.removeValue(forKey: id)
    if found?.key != key { found = nil }
    let identity = list.identities[key]
    let peer = found ?? Peer(key: key, identity: identity, isRevoked: identity == nil)
    young[id] = peer
    return peer
  }

  /// Goes by another list; names the connections whose key it has no more.
  mutating func take(_ list: AllowList) -> [RoutingID] {
    var revoked: [RoutingID] = []
    func judge(_ peers: inout [RoutingID: Peer]) {
      for (id, peer) in peers {
        let identity = list.identities[peer.key]
        peers[id]?.isRevoked = identity == nil
        // Kept of who is on the list no more, so that it can be told by name.
        if let identity { peers[id]?.identity = identity }
        if identity == nil, !peer.isRevoked { revoked.append(id) }
      }
    }
    judge(&young)
    judge(&old)
    return revoked.sorted { $0.number < $1.number }
  }
}
