import ClusterStore
import Packing
import Storage
import Threading
import WireProtocol

/// The thread that wants the seat, takes it when it is free, and keeps it: whoever keeps the
/// records may take its time to answer, and the loop must not wait for it.
final class SeatKeeper: Sendable {
  /// What became of the seat.
  enum News: Sendable {
    /// Another one leads, or nobody yet.
    case follows(PeerAddress?)
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
  private let thread: Thread

  /// Wants the seat for the coordinator of this card.
  init(
    _ seat: any LeaderSeat, card: PeerAddress,
    open: @escaping @Sendable (SeatTerm) throws(StorageError) -> any ClusterStore,
    tell: @escaping @Sendable (News) -> Void
  ) throws(ThreadingError) {
    let requests = requests
    thread = try Thread(name: "seat") {
      var candidate = Candidate(seat: seat, card: card, open: open, tell: tell)
      while !requests.isClosed {
        let pause = candidate.turn()
        _ = requests.take(timeoutMilliseconds: pause, atMost: 1)
      }
      seat.resign()
    }
  }

  /// Gives the seat back and ends the thread.
  func stop() {
    requests.close()
    thread.join()
  }

  /// What the thread knows.
  private struct Candidate {
    let seat: any LeaderSeat
    let card: PeerAddress
    let open: @Sendable (SeatTerm) throws(StorageError) -> any ClusterStore
    let tell: @Sendable (News) -> Void
    private let clock = MonotonicClock()
    private var term: SeatTerm?
    private var leader: PeerAddress??
    private var standbys: [PeerAddress] = []
    private var lookAt = Moment(milliseconds: 0)
    private var trouble = ""

    init(
      seat: any LeaderSeat, card: PeerAddress,
      open: @escaping @Sendable (SeatTerm) throws(StorageError) -> any ClusterStore,
      tell: @escaping @Sendable (News) -> Void
    ) {
      self.seat = seat
      self.card = card
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
      switch try seat.claim(Self.bytes(of: card)) {
      case .held(let bytes):
        let other = Self.card(bytes)
        guard leader != .some(other) else { return }
        leader = .some(other)
        tell(.follows(other))
      case .taken(let new, _):
        do throws(StorageError) {
          tell(.leads(try OpenedRecords(try open(new))))
          term = new
          lookAt = clock.now
        } catch {
          // Whoever can read the records may lead.
          seat.resign()
          throw error
        }
      }
    }

    private mutating func keep(_ held: SeatTerm) throws(StorageError) {
      guard try seat.renew(held) == nil else { return }
      term = nil
      leader = nil
      standbys = []
      tell(.lost)
    }

    private mutating func look() throws(StorageError) {
      lookAt = clock.now + SeatKeeper.standbysMilliseconds
      let found = try seat.standbys().compactMap(Self.card).filter { $0 != card }
      guard found != standbys else { return }
      standbys = found
      tell(.standbys(found))
    }

    private mutating func note(_ new: String) {
      guard new != trouble else { return }
      trouble = new
      tell(.trouble(new))
    }

    // MARK: Cards

    private static func bytes(of card: PeerAddress) -> [UInt8] {
      var writer = ByteWriter()
      card.pack(into: &writer)
      return writer.bytes
    }

    private static func card(_ bytes: [UInt8]) -> PeerAddress? {
      var reader = ByteReader(bytes)
      return try? PeerAddress(from: &reader)
    }
  }
}
