public import WireProtocol

/// Whom a worker takes for its coordinator, of those that may be it: one that leads, others that
/// stand by, and perhaps one that only believes that it leads.
///
/// | what comes             | from           | then                                      |
/// |------------------------|----------------|-------------------------------------------|
/// | "I stand by"           | the obeyed one | nobody is obeyed                          |
/// | orders of a later term | anyone         | that one is obeyed                        |
/// | orders                 | anyone         | that one is obeyed, if nobody was         |
/// | orders of the same     | anyone         | that one is obeyed, if the obeyed is not  |
/// | term                   |                | there: it is the same, under another key  |
/// | anything else          | another one    | is passed over, unless nobody is obeyed   |
///
/// All are greeted now and then: whoever leads answers with orders.
public struct Obedience<Name: Hashable & Sendable>: Sendable {
  /// How often the others are greeted; and while nothing is heard of the one that is obeyed.
  private static var greetMilliseconds: Int64 { 2_000 }
  private static var searchMilliseconds: Int64 { 300 }
  /// After how long it counts as silent.
  private static var silentMilliseconds: Int64 { 1_200 }

  /// Whom the worker obeys.
  public private(set) var obeyed: Name?
  private var term: UInt64 = 0
  private var heardAt: Instant
  private var greetAt: Instant

  /// Obeys the only one that there is, or nobody yet.
  public init(_ obeyed: Name? = nil, at now: Instant) {
    self.obeyed = obeyed
    (heardAt, greetAt) = (now, now)
  }

  /// Nobody is there under that name any more.
  public mutating func forget(_ name: Name) {
    if obeyed == name { obeyed = nil }
  }

  /// Whether what came is the coordinator's word.
  public mutating func takes(
    _ frame: Frame, from name: Name, at now: Instant, isObeyedThere: Bool = true
  ) -> Bool {
    switch frame.message {
    case .refusal(let refusal) where refusal.code == .standby:
      // Another one leads, or soon will: it is looked for at once.
      if obeyed == name { (obeyed, greetAt) = (nil, now) }
      return false
    case .orders(let orders)
    where orders.term > term || obeyed == nil || orders.term == term && !isObeyedThere:
      obeyed = name
      term = max(term, orders.term)
    default: break
    }
    guard obeyed == name else { return obeyed == nil }
    heardAt = now
    return true
  }

  /// Whether those that are not obeyed are to be greeted now.
  public mutating func mustGreet(at now: Instant, isObeyedThere: Bool = true) -> Bool {
    guard now >= greetAt else { return false }
    let isSearching = obeyed == nil || !isObeyedThere || now - heardAt > Self.silentMilliseconds
    greetAt = now + (isSearching ? Self.searchMilliseconds : Self.greetMilliseconds)
    return true
  }
}
