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

extension Coordinator {
  /// Takes over how it stands; workers are told where the coordinators are, so that they find the
  /// one that leads next.
  mutating func take(_ new: SeatStatus) {
    let isNews = seat?.coordinators != new.coordinators
    seat = new
    guard isEstablished, isNews else { return }
    for (_, member) in inOrder(members) where member.isPresent && member.program.speaks(6) {
      tell(member, .welcome(welcome))
    }
  }

  /// What a worker is told that is taken in.
  var welcome: Welcome {
    let coordinators = seat?.coordinators ?? []
    return Welcome(
      clusterID: clusterID, shardCount: placement.shardCount, coordinators: coordinators)
  }
}
