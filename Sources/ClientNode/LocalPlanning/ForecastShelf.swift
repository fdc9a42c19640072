import Demand

/// Forecasts in the room that planning needs of them: means and the quantiles of totals as 32-bit
/// floats, which hold all that a cluster keeps; means that repeat daily or weekly once. 112 days
/// take 0.9 KB at most, flat ones 0.5 KB. Daily quantiles, which no plan asks for, are left out.
struct ForecastShelf: Sendable {
  /// Where a forecast is.
  struct Place: Sendable {
    fileprivate var start: Int
    fileprivate var horizon: Int32
    fileprivate var period: Int32
  }

  private static let levels = Quantiles.levels.count

  private var numbers: [Float] = []

  /// Puts a forecast in; `totals` are the quantiles of its spans.
  mutating func add(mean: [Double], totals: [Double]) -> Place {
    let means = mean.map { Float($0) }
    let period = [1, 7].first { period in
      means.count > period && (period..<means.count).allSatisfy { means[$0] == means[$0 - period] }
    }
    let place = Place(
      start: numbers.count, horizon: Int32(means.count), period: Int32(period ?? means.count))
    numbers.append(contentsOf: means.prefix(period ?? means.count))
    for value in totals { numbers.append(Float(value)) }
    return place
  }

  /// A forecast that was put in. Its daily quantiles are its means.
  func forecast(at place: Place) -> Forecast {
    let (horizon, period) = (Int(place.horizon), Int(place.period))
    var means: [Double] = []
    var quantiles: [Double] = []
    var totals: [Double] = []
    means.reserveCapacity(horizon)
    quantiles.reserveCapacity(horizon * Self.levels)
    var at = place.start
    for _ in 0..<horizon {
      let mean = Double(numbers[at])
      means.append(mean)
      for _ in 0..<Self.levels { quantiles.append(mean) }
      at += 1
      if at == place.start + period { at = place.start }
    }
    let first = place.start + period
    let count = Quantiles.spans(within: horizon).count * Self.levels
    totals.reserveCapacity(count)
    for index in first..<(first + count) { totals.append(Double(numbers[index])) }
    return Forecast(mean: means, quantiles: quantiles, cumulative: totals)
  }

  /// Frees what was set aside for more.
  mutating func trim() {
    guard numbers.capacity > numbers.count + numbers.count / 8 else { return }
    numbers = unsafe numbers.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
