/// Which lags an order has, worked out once for all evaluations.
struct ArmaShape: Equatable {
  let order: ArimaOrder
  /// The lags at which the whole autoregressive polynomial may be other than 0, ascending.
  let autoregressiveLags: [Int]
  /// The lags at which the whole moving average polynomial may be other than 0, ascending.
  let movingAverageLags: [Int]
  /// How many days remember what was before the first: the length of the transient.
  let memory: Int

  init(_ order: ArimaOrder) {
    self.order = order
    autoregressiveLags = Self.lags(order.p, order.seasonalP, season: order.season)
    movingAverageLags = Self.lags(order.q, order.seasonalQ, season: order.season)
    memory = max(order.autoregressiveDegree, order.movingAverageDegree)
  }

  private static func lags(_ short: Int, _ long: Int, season: Int) -> [Int] {
    var lags: Set<Int> = []
    for far in 0...long { for near in 0...short { lags.insert(far * season + near) } }
    lags.remove(0)
    return lags.sorted()
  }
}
