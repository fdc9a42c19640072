public import WireProtocol

/// How it stands with the seat of the one coordinator that leads, where several may.
public struct SeatStatus: Equatable, Sendable {
  /// Where the coordinators are: the one that leads, then those that stand by.
  public var coordinators: [PeerAddress]
  /// Why it is not sure that this one leads still, or empty.
  public var trouble: String
  /// Whether there can be only one; it tells where it is when its key changes.
  public var isOnly: Bool

  /// Makes a status.
  public init(coordinators: [PeerAddress], trouble: String = "", isOnly: Bool = false) {
    self.coordinators = coordinators
    self.trouble = trouble
    self.isOnly = isOnly
  }

  /// Each coordinator once: one whose key changes has two.
  var nodes: [PeerAddress] {
    var seen: Set<NodeName> = []
    return coordinators.filter { seen.insert($0.node).inserted }
  }
}

extension Coordinator {
  /// Takes over how it stands; workers are told where the coordinators are, so that they find the
  /// one that leads next.
  mutating func take(_ new: SeatStatus) {
    let isNews = seat?.coordinators != new.coordinators
    if isNews { knownCoordinators = coordinatorsKnownToAll }
    seat = new
    guard isEstablished, isNews else { return }
    for (node, member) in inOrder(members) where member.program.speaks(6) {
      if member.isPresent { tell(member, .welcome(welcome)) }
      // The same orders once more: whoever says that it carried them out heard what came before.
      // One that is away is told when it is back.
      guard member.orders.version > 0 else { continue }
      nextOrders += 1
      members[node]?.orders.version = nextOrders
      members[node]?.toldBy = nextOrders
      if member.isPresent { sendOrders(to: node) }
    }
  }

  /// Where the coordinators are, as every worker that is here has heard: on what only some have
  /// heard nobody may rest. What is so no more is left out at once.
  var coordinatorsKnownToAll: [PeerAddress] {
    let areTold = members.values.allSatisfy { !$0.isPresent || $0.appliedOrders >= $0.toldBy }
    guard let seat else { return [] }
    return seat.coordinators.filter { areTold || knownCoordinators.contains($0) }
  }

  /// What a worker is told that is taken in.
  var welcome: Welcome {
    let coordinators = seat?.coordinators ?? []
    return Welcome(
      clusterID: clusterID, shardCount: placement.shardCount, coordinators: coordinators)
  }
}
