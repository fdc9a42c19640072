/// What is known by time beside the values of the series of a file: prices, promotions, events.
public struct LongRegressors: Equatable, Sendable {
  /// The columns' names in the order of the file.
  public let names: [String]
  /// By series in the order of the table; then by column; then by time from the series' first value
  /// to the last step of the forecast.
  private let values: [[Double]]

  init(names: [String], values: [[Double]]) {
    self.names = names
    self.values = values
  }

  /// The columns of a series, each from its first value to the last step of the forecast.
  public func columns(ofSeries series: Int) -> [(name: String, values: [Double])] {
    let all = values[series]
    let length = all.count / names.count
    return names.enumerated().map { index, name in
      (name, Array(all[(index * length)..<((index + 1) * length)]))
    }
  }
}
