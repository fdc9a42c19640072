/// What a series counts in.
struct DemandUnit: Equatable, Sendable {
  /// Whether all values are whole numbers.
  let isCount: Bool
  /// 1 for whole numbers, else the mean of what is above 0.
  let typical: Float

  init(isCount: Bool, typical: Float) {
    self.isCount = isCount
    self.typical = typical
  }

  /// As a history tells.
  init(_ history: History) {
    isCount = history.isCount
    let demands = Double(history.demandCount)
    let sum = history.values.reduce(0, +) * history.scale
    typical = isCount || demands == 0 ? 1 : Float(max(1e-30, min(1e30, sum / demands)))
  }
}
