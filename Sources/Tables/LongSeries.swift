/// One series of a file of `unique_id,ds,y` rows.
public struct LongSeries: Equatable, Sendable {
  /// The bytes of its id, as text.
  public let id: String
  /// Where the first value stands, in units of the spacing; `Spacing.label` makes a time of it.
  public let first: Int64
  /// The values at equal steps; NaN where one is missing.
  public let values: [Double]
}

/// What a file of `unique_id,ds,y` rows holds.
public struct LongTable: Equatable, Sendable {
  /// The series in order of first appearance.
  public let series: [LongSeries]
  /// How far apart their values stand.
  public let spacing: Spacing
}
