/// How far something is, at a moment.
public struct ProgressReading: Equatable, Sendable {
  /// What is counted.
  public struct Unit: Equatable, Sendable {
    let one: String, more: String

    /// A unit, in words for one and for more.
    public init(_ one: String, _ more: String) {
      self.one = one
      self.more = more
    }

    /// Rows of a table.
    public static let rows = Unit("row", "rows")
    /// SKUs.
    public static let skus = Unit("SKU", "SKUs")
  }

  /// What is done: another title is another piece of work, whose rate is its own.
  public var title: String
  /// How many are done.
  public var count: Int
  /// How many there are, where that is known and worth saying.
  public var all: Int?
  /// What is counted.
  public var unit: Unit
  /// Which share is done, from 0 to 1, where that is known.
  public var share: Double?
  /// Whether it means something how many are done in a second.
  public var hasRate: Bool
  /// What else is to be said.
  public var notes: [String]

  /// So many, of so many where that is known.
  public init(
    _ title: String, count: Int, of all: Int? = nil, _ unit: Unit, share: Double? = nil,
    hasRate: Bool = true, notes: [String] = []
  ) {
    self.title = title
    self.count = count
    self.all = all
    self.unit = unit
    let counted = all.flatMap { $0 > 0 ? Double(count) / Double($0) : nil }
    self.share = (share ?? counted).map { min(1, max(0, $0)) }
    self.hasRate = hasRate
    self.notes = notes
  }

  /// Something that cannot be counted.
  public init(_ title: String, notes: [String] = []) {
    self.init(title, count: 0, Unit("", ""), hasRate: false, notes: notes)
  }
}
