/// What an event does to demand, as far as it is known beforehand.
public enum EventKind: UInt8, Sendable, CaseIterable {
  /// Days that sell otherwise than others of their weekday; how much is learned by the name.
  case holiday = 0
  /// Days on which items are promoted, perhaps at a lower price.
  case promotion = 1

  /// The word in tables.
  public var name: String { "\(self)" }
}

/// Where an event takes place: everything that fits all that it names. Written as the scope of a
/// rule, with `sku`, `category` and `location` alone.
public struct EventScope: Hashable, Sendable {
  /// This SKU alone.
  public var sku: SKU?
  /// Items of a category.
  public var category: String?
  /// What sells at a location.
  public var location: Location?

  /// Everywhere.
  public init() {}

  /// Reads a scope, or says why the text is none; empty text is everywhere.
  public init(text: String) throws(DemandError) {
    self.init()
    guard !text.isEmpty else { return }
    let scope = try PolicyScope(text: text)
    sku = scope.sku
    category = scope.category
    location = scope.location
    guard scope == policy else {
      throw .notAScope(
        text,
        reason: "an event takes place by sku=, category= and location= alone; whatever else is "
          + "named must be left out")
    }
  }

  /// The same as a rule names it.
  public var policy: PolicyScope {
    var scope = PolicyScope()
    scope.sku = sku
    scope.category = category
    scope.location = location
    return scope
  }

  /// The scope as `init(text:)` reads it.
  public var text: String { policy.description }
}

/// A row of `events.csv`: days, past or to come, on which something is known to happen.
public struct Event: Hashable, Sendable {
  /// The longest name, in bytes.
  public static let maximumNameBytes = 64
  /// The longest event, in days.
  public static let maximumDays = 366

  /// Its name; other events of the same name are its recurrences.
  public var name: String
  /// The first day and the last one, which may be the same.
  public let firstDay: Day, lastDay: Day
  /// What it does.
  public var kind: EventKind
  /// Where it takes place.
  public var scope: EventScope
  /// The share that a promotion takes off the price; nil where that is not known.
  public var priceCut: Double?

  /// An event of one day or more.
  public init(
    name: String, firstDay: Day, lastDay: Day? = nil, kind: EventKind = .holiday,
    scope: EventScope = EventScope(), priceCut: Double? = nil
  ) {
    self.name = name
    self.firstDay = firstDay
    self.lastDay = max(firstDay, lastDay ?? firstDay)
    self.kind = kind
    self.scope = scope
    self.priceCut = priceCut
  }
}
