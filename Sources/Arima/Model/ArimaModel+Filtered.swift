extension ArimaModel {
  /// The same model with its filters run over `values` from the first day on, NaN where one is
  /// missing: for a past that was corrected, or a day before the last. `regressors` reach over
  /// them.
  public func filtered(
    over values: [Double], regressors: [Regressor] = []
  ) throws(ArimaError) -> ArimaModel {
    var copy = self
    let transformed = transform(values)
    let first = transformed.firstIndex { !$0.isNaN } ?? values.count
    let seen = first..<values.count
    let columns = try terms.columns(seen, given: regressors)
    for index in members.indices {
      let member = members[index]
      let effects = member.effects(plan, columns, days: seen)
      let rest = zip(transformed[seen], effects).map { $0 - $1 }
      let pass = FilterPass(member.space, rest)
      copy.members[index].state = FilterState(pass.filter).settled(below: ArimaMember.settled)
    }
    copy.days = values.count
    copy.drift = DriftTest()
    return copy
  }
}
