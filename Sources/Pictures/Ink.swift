/// What a shape means. Painters choose the colour, so that the same thing looks the same in every
/// picture, on light and on dark ground.
public enum Ink: String, CaseIterable, Sendable {
  /// What was sold.
  case demand
  /// What a model expected of days that are known.
  case fit
  /// What is expected of the days to come.
  case forecast
  /// What lies there.
  case stock
  /// What lies there and what is on its way.
  case position
  /// A level that should be kept.
  case level
  /// What is ordered or moved.
  case order
  /// A promotion.
  case event
  /// A holiday, or whatever else has a name by which its days are known.
  case holiday
  /// A day that models leave out, since it lies far beyond all others.
  case outlier
  /// Days of which nothing is known.
  case missing
}
