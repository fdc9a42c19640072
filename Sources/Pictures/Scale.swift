/// Where a value of an axis lies on the picture.
struct Scale: Equatable {
  private let domain: ClosedRange<Double>
  private let start: Double, end: Double

  /// `domain.lowerBound` lies at `start`, `domain.upperBound` at `end`, which may be before it.
  init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
    self.domain = domain
    self.start = start
    self.end = end
  }

  /// Where `value` lies; what is outside lies at the nearer end.
  func position(_ value: Double) -> Double {
    let width = domain.upperBound - domain.lowerBound
    guard width > 0, !value.isNaN else { return start }
    let share = (min(max(value, domain.lowerBound), domain.upperBound) - domain.lowerBound) / width
    return start + share * (end - start)
  }
}
