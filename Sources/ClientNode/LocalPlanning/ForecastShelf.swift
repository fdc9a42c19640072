import Demand

/// Forecasts in the room that planning needs of them: means and the quantiles of totals as 32-bit
/// floats, which hold all that a cluster keeps; means that repeat daily or weekly once. 112 days take
/// 0.9 KB at most, flat ones 0.5 KB. Daily quantiles, which no plan asks for, are left out.
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
    let means = (0..<horizon).map { Double(numbers[place.start + $0 % period]) }
    let spans = Quantiles.spans(within: horizon).count
    let first = place.start + period
    return Forecast(
      mean: means,
      quantiles: means.flatMap { Array(repeating: $0, count: Self.levels) },
      cumulative: (first..<(first + spans * Self.levels)).map { Double(numbers[$0]) })
  }

  /// Frees what was set aside for more.
  mutating func trim() {
    guard numbers.capacity > numbers.count + numbers.count / 8 else { return }
    numbers = unsafe numbers.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
