extension ArimaModel {
  /// Takes new days, NaN where one is missing: they go through the filters, nothing is fitted.
  /// `regressors` reach from the first day of the series to the last new day.
  public mutating func update(
    with values: [Double], regressors: [Regressor] = []
  ) throws(ArimaError) {
    let new = days..<(days + values.count)
    let columns = try terms.columns(new, given: regressors)
    let transformed = transform(values)
    var first = 0
    while first < values.count {
      // A model shrinks, if it must, after a missing day: after each of them, so that days taken
      // one by one or all at once end in the same bits.
      let rest = transformed[first...]
      let isMissing = transformed[first].isNaN
      let last = isMissing ? first + 1 : rest.firstIndex { $0.isNaN } ?? values.count
      take(transformed[first..<last], columns.map { Array($0[first..<last]) })
      if isMissing { shrinkAfterGap() }
      first = last
    }
  }

  /// Takes transformed values, and the columns of the terms on their days.
  private mutating func take(_ values: ArraySlice<Double>, _ columns: [[Double]]) {
    let new = days..<(days + values.count)
    for index in members.indices {
      let member = members[index]
      let effects = member.effects(plan, columns, days: new)
      let rest = zip(values, effects).map { $0 - $1 }
      let errors = member.space.advance(rest, from: &members[index].state)
      if index == 0 { drift.add(errors.standardised(errorVariance: member.variance)) }
    }
    days += values.count
  }

  /// Whether the errors since the fit call for a new one, in words; nil where they do not.
  public var callForRefit: String? {
    drift.verdict == .fits ? nil : drift.verdict.description
  }

  /// Values as the model works with them; what is no number is missing.
  func transform(_ values: [Double]) -> [Double] {
    values.map { value in
      guard Self.isObserved(value) else { return .nan }
      let scaled = value / scale
      let transformed = power?.transform(scaled) ?? scaled
      return abs(transformed) <= Self.largestNew ? transformed : .nan
    }
  }

  /// The largest value that is taken: beyond it squares would not stay numbers.
  static let largest = 1e100

  /// The largest new value as the model works with it: sums of a few of them still fit into a state
  /// that is stored (`FilterState.largestMean`).
  static let largestNew = 1e90

  static func isObserved(_ value: Double) -> Bool { abs(value) <= largest }
}
