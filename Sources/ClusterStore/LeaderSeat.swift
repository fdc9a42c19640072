public import Storage
public import Threading

/// One coordinator's time in the seat.
public struct SeatTerm: Hashable, Sendable {
  /// Larger than that of every coordinator that had the seat before.
  public let number: UInt64

  /// Makes a term.
  public init(number: UInt64) { self.number = number }
}

/// What came of asking for the seat.
public enum SeatClaim: Equatable, Sendable {
  /// It is the claimant's; nobody else can have it before this moment of the claimant's clock.
  case taken(SeatTerm, until: Moment)
  /// Somebody else has it, and told this about himself.
  case held(card: [UInt8])
}

/// Who may lead, where several coordinators could. A coordinator on SQLite needs none: the lock on
/// its records' file is its seat, for good.
///
/// The moments are as good as clocks are, and let the one who leads fall silent in time. What must
/// never happen twice does not rest on them, but on the store: it refuses whatever is written under
/// a term that is over.
///
/// Used from a thread of its own: each call asks others over the network, and may take as many
/// timeouts as there are to be asked.
public protocol LeaderSeat: Sendable {
  /// Takes the seat if it is free, and otherwise waits for it where `standbys` shows it: whoever
  /// waits claims again and again, or is forgotten. `card` is what others are told.
  func claim(_ card: [UInt8]) throws(StorageError) -> SeatClaim

  /// Says that the one who leads is alive. Nobody else can have the seat before the moment that is
  /// returned; nothing is returned when the term is over.
  func renew(_ term: SeatTerm) throws(StorageError) -> Moment?

  /// Has others be told another card of the one who leads; nothing is changed where the term is
  /// over.
  func announce(_ card: [UInt8], _ term: SeatTerm) throws(StorageError)

  /// Gives the seat back, or stops waiting for it. What cannot be said is found out when the time
  /// is over.
  func resign()

  /// The cards of those who wait for the seat, those that have waited longest first.
  func standbys() throws(StorageError) -> [[UInt8]]
}
