import ClusterStore
import Storage
import Threading
import WireProtocol

/// The thread that wants the seat, takes it when it is free, and keeps it: whoever keeps the
/// records may take its time to answer, and the loop must not wait for it.
final class SeatKeeper: Sendable {
  /// What became of the seat.
  enum News: Sendable {
    /// Another one leads, with both of its keys while that is changed; or nobody yet.
    case follows([PeerAddress])
    /// This one leads: the term's store, and what it holds.
    case leads(OpenedRecords)
    /// Who stands by.
    case standbys([PeerAddress])
    /// Whoever keeps the records did not answer, and why; empty when he does again.
    case trouble(String)
    /// The term is over.
    case lost
  }

  /// The records of a term, on their way to the thread that writes them.
  final class OpenedRecords: Sendable {
    let records: [(key: String, entry: Versioned)]
    private let store: Locked<(any ClusterStore)?>

    init(_ store: sending any ClusterStore) throws(StorageError) {
      records = try store.list(prefix: "")
      self.store = Locked(store)
    }

    /// The store, once.
    func takeStore() -> (any ClusterStore)? { store.withLock { $0.take() } }
  }

  /// How often the seat is asked for, and kept.
  private static let claimMilliseconds: Int64 = 250, renewMilliseconds: Int64 = 500
  /// How often it is looked who stands by.
  private static let standbysMilliseconds: Int64 = 2_000

  private let requests = Mailbox<Void>(limit: 1)
  /// What others are told: the coordinator, and once more with the key that it will have next.
  private let cards: Locked<[PeerAddress]>
  private let thread: Thread

  /// Wants the seat for the coordinator of this card.
  init(
    _ seat: any LeaderSeat, card: PeerAddress,
    open: @escaping @Sendable (SeatTerm) throws(StorageError) -> any ClusterStore,
    tell: @escaping @Sendable (News) -> Void
  ) throws(ThreadingError) {
    let requests = requests
    let cards = Locked([card])
    self.cards = cards
    thread = try Thread(name: "seat") {
      var candidate = Candidate(seat: seat, cards: cards, open: open, tell: tell)
      while !requests.isClosed {
        let pause = candidate.turn()
        _ = requests.take(timeoutMilliseconds: pause, atMost: 1)
      }
      seat.resign()
    }
  }

  /// Tells others these instead: the coordinator as it is, and as it will be.
  func announce(_ new: [PeerAddress]) { cards.withLock { $0 = new } }

  /// Gives the seat back and ends the thread.
  func stop() {
    requests.close()
    thread.join()
  }

  /// What the thread knows.
  private struct Candidate {
    let seat: any LeaderSeat
    let cards: Locked<[PeerAddress]>
    let open: @Sendable (SeatTerm) throws(StorageError) -> any ClusterStore
    let tell: @Sendable (News) -> Void
    private let clock = MonotonicClock()
    private var term: SeatTerm?
    private var leader: [PeerAddress]?
    /// What others were told last by the one that leads.
    private var told: [PeerAddress] = []
    private var standbys: [PeerAddress] = []
    private var lookAt = Moment(milliseconds: 0)
    private var trouble = ""

    init(
      seat: any LeaderSeat, cards: Locked<[PeerAddress]>,
      open: @escaping @Sendable (SeatTerm) throws(StorageError) -> any ClusterStore,
      tell: @escaping @Sendable (News) -> Void
    ) {
      self.seat = seat
      self.cards = cards
      self.open = open
      self.tell = tell
    }

    /// Wants or keeps the seat; how long to wait before the next time.
    mutating func turn() -> Int64 {
      do throws(StorageError) {
        if let term { try keep(term) } else { try claim() }
        if clock.now >= lookAt { try look() }
        note("")
      } catch {
        note(error.description)
      }
      return term == nil ? SeatKeeper.claimMilliseconds : SeatKeeper.renewMilliseconds
    }

    private mutating func claim() throws(StorageError) {
      let cards = cards.withLock { $0 }
      switch try seat.claim(PeerAddress.seatCard(of: cards)) {
      case .held(let bytes):
        let other = PeerAddress.list(seatCard: bytes)
        guard leader != other else { return }
        leader = other
        tell(.follows(other))
      case .taken(let new, _):
        do throws(StorageError) {
          tell(.leads(try OpenedRecords(try open(new))))
          term = new
          told = cards
          lookAt = clock.now
        } catch {
          // Whoever can read the records may lead.
          seat.resign()
          throw error
        }
      }
    }

    private mutating func keep(_ held: SeatTerm) throws(StorageError) {
      guard try seat.renew(held) == nil else {
        let cards = cards.withLock { $0 }
        guard cards != told else { return }
        try seat.announce(PeerAddress.seatCard(of: cards), held)
        told = cards
        return
      }
      term = nil
      leader = nil
      standbys = []
      tell(.lost)
    }

    private mutating func look() throws(StorageError) {
      lookAt = clock.now + SeatKeeper.standbysMilliseconds
      let own = cards.withLock { $0.first?.node }
      let found = try seat.standbys().flatMap(PeerAddress.list(seatCard:)).filter { $0.node != own }
      guard found != standbys else { return }
      standbys = found
      tell(.standbys(found))
    }

    private mutating func note(_ new: String) {
      guard new != trouble else { return }
      trouble = new
      tell(.trouble(new))
    }
  }
}
