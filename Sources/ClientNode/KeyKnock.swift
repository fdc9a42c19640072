public import Messaging
import Threading

/// Finds out who lets a key in, by knocking: nothing is said, as the handshake tells.
public struct KeyKnock {
  /// Somebody to knock at: of several keys, while his is changed, any will do.
  public struct Place: Sendable, Equatable {
    /// His name.
    public var name: String
    /// Where he listens.
    public var endpoint: String
    /// What he proves himself by.
    public var keys: [PublicKey]

    /// Makes a place.
    public init(name: String, endpoint: String, keys: [PublicKey]) {
      self.name = name
      self.endpoint = endpoint
      self.keys = keys
    }
  }

  /// What came of it.
  public enum Answer: Sendable, Equatable {
    case letIn, refused, unreachable
  }

  private static let turnMilliseconds: Int64 = 10

  private let keys: CurveKeyPair
  private let clock = MonotonicClock()

  /// Knocks with a pair.
  public init(with keys: CurveKeyPair) { self.keys = keys }

  /// Knocks at all of them at once, and waits for whoever answers in time.
  public func answers(
    of places: [Place], withinMilliseconds patience: Int64 = 5_000
  ) throws(ClientError) -> [Answer] {
    var visits: [[Dealer]] = []
    let poller = Poller()
    do throws(MessagingError) {
      let context = try Context()
      for place in places {
        var dealers: [Dealer] = []
        for key in place.keys {
          let dealer = try Dealer(in: context, keys: keys, serverKey: key)
          try dealer.connect(place.endpoint)
          _ = poller.add(dealer)
          dealers.append(dealer)
        }
        visits.append(dealers)
      }
    } catch {
      throw .messaging(error)
    }
    defer { for dealer in visits.joined() { dealer.disconnect() } }
    let deadline = clock.now + patience
    while true {
      let answers = visits.map(Self.answer)
      if !answers.contains(.unreachable) || clock.now >= deadline { return answers }
      _ = poller.wait(timeoutMilliseconds: Self.turnMilliseconds)
    }
  }

  private static func answer(of dealers: [Dealer]) -> Answer {
    if dealers.contains(where: { $0.watch.state == .ready }) { return .letIn }
    return dealers.contains { $0.watch.state == .refused } ? .refused : .unreachable
  }
}
