/// A series and its regression columns after the differences of an order: what all orders with the
/// same differences share.
struct DifferencedSeries {
  let values: [Double]
  let columns: [[Double]]

  init(_ values: [Double], columns: [[Double]], order: ArimaOrder) {
    self.values = Self.difference(values, order)
    self.columns = columns.map { Self.difference($0, order) }
  }

  static func difference(_ values: [Double], _ order: ArimaOrder) -> [Double] {
    var result = values
    for _ in 0..<order.seasonalD { result = difference(result, lag: order.season) }
    for _ in 0..<order.d { result = difference(result, lag: 1) }
    return result
  }

  static func difference(_ values: [Double], lag: Int) -> [Double] {
    guard values.count > lag else { return [] }
    return (lag..<values.count).map { values[$0] - values[$0 - lag] }
  }
}
