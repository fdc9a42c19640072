public import Packing

/// How far forecasts were from what came.
public struct Accuracy: Equatable, Sendable {
  /// The number of days that were compared.
  public let count: Int
  /// The mean absolute error.
  public let mae: Double
  /// The root of the mean squared error.
  public let rmse: Double
  /// The mean absolute error in percent of the actual value, over days with demand; nil without
  /// one.
  public let mape: Double?
  /// The symmetric error in percent, 0 to 200; a day where both are 0 counts as 0.
  public let smape: Double
  /// The mean absolute error over the in-sample error of the seasonal naive; nil where that is 0.
  public let mase: Double?
  /// The share of the variation within each series that was explained; nil without variation.
  public let r2: Double?
  /// The share of days within the 80 % band.
  public let coverage80: Double
  /// The share of days within the 95 % band.
  public let coverage95: Double

  /// All of it under the names that JSON carries.
  public var measures: [(name: String, value: Double?)] {
    [
      ("mae", mae), ("rmse", rmse), ("mape", mape), ("smape", smape), ("mase", mase), ("r2", r2),
      ("coverage80", coverage80), ("coverage95", coverage95),
    ]
  }
}

/// The additive form of `Accuracy`: sums over days, of one series or of millions.
///
/// Sums that are merged in the same order give the same bits.
public struct AccuracySum: Equatable, Sendable {
  /// The number of series with at least one compared day.
  public private(set) var seriesCount = 0
  /// The number of days compared.
  public private(set) var count = 0
  private var demandCount = 0
  private var scaledCount = 0
  private var within80 = 0
  private var within95 = 0
  private var absolute = 0.0
  private var squared = 0.0
  private var percent = 0.0
  private var symmetric = 0.0
  private var scaled = 0.0
  private var variation = 0.0

  /// The levels that bound the bands, ascending: of 95 %, of 80 %, of 80 %, of 95 %.
  static let bandLevels = [0.025, 0.1, 0.9, 0.975]

  /// The sum over nothing.
  public init() {}

  /// One series: `actual` against `mean`, with four quantiles a day at `bandLevels`, and the naive
  /// error that MASE is measured in. Days that are not demand are left out.
  init(actual: [Double], mean: [Double], bands: [Double], naiveError: Double) {
    var total = 0.0
    for day in actual.indices where History.isObserved(actual[day]) {
      let value = actual[day]
      let error = abs(value - mean[day])
      count += 1
      total += value
      absolute += error
      squared += error * error
      if value > 0 {
        percent += 100 * error / value
        demandCount += 1
      }
      if value + mean[day] > 0 { symmetric += 200 * error / (value + mean[day]) }
      if naiveError > 0 {
        scaled += error / naiveError
        scaledCount += 1
      }
      let band = bands[(day * 4)..<(day * 4 + 4)]
      if band[day * 4] <= value, value <= band[day * 4 + 3] { within95 += 1 }
      if band[day * 4 + 1] <= value, value <= band[day * 4 + 2] { within80 += 1 }
    }
    guard count > 0 else { return }
    seriesCount = 1
    let centre = total / Double(count)
    for value in actual where History.isObserved(value) {
      variation += (value - centre) * (value - centre)
    }
  }

  /// Adds another sum.
  public mutating func merge(_ other: AccuracySum) {
    seriesCount += other.seriesCount
    count += other.count
    demandCount += other.demandCount
    scaledCount += other.scaledCount
    within80 += other.within80
    within95 += other.within95
    absolute += other.absolute
    squared += other.squared
    percent += other.percent
    symmetric += other.symmetric
    scaled += other.scaled
    variation += other.variation
  }

  /// The accuracy, pooled over all days; nil where no day was compared.
  public var accuracy: Accuracy? {
    guard count > 0 else { return nil }
    let n = Double(count)
    return Accuracy(
      count: count, mae: absolute / n, rmse: (squared / n).squareRoot(),
      mape: demandCount > 0 ? percent / Double(demandCount) : nil, smape: symmetric / n,
      mase: scaledCount > 0 ? scaled / Double(scaledCount) : nil,
      r2: variation > 0 ? 1 - squared / variation : nil,
      coverage80: Double(within80) / n, coverage95: Double(within95) / n)
  }

  /// The mean absolute step of a season within `values`: what MASE is measured in; 0 where there is
  /// no pair of observed days.
  static func naiveError(_ values: ArraySlice<Double>, season: Int) -> Double {
    var sum = 0.0
    var pairs = 0.0
    for day in values.indices.dropFirst(season)
    where History.isObserved(values[day]) && History.isObserved(values[day - season]) {
      sum += abs(values[day] - values[day - season])
      pairs += 1
    }
    return pairs > 0 ? sum / pairs : 0
  }

  /// Appends the sums.
  public func pack(into writer: inout ByteWriter) {
    for value in [seriesCount, count, demandCount, scaledCount, within80, within95] {
      writer.count(value)
    }
    for value in [absolute, squared, percent, symmetric, scaled, variation] {
      writer.double(value)
    }
  }

  /// Reads what `pack` wrote.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let limit = Int(Int64.max >> 8)
    seriesCount = try reader.count("series", limit: limit)
    count = try reader.count("days", limit: limit)
    demandCount = try reader.count("days with demand", limit: count)
    scaledCount = try reader.count("scaled days", limit: count)
    within80 = try reader.count("days within the 80 % band", limit: count)
    within95 = try reader.count("days within the 95 % band", limit: count)
    let sums = 0...Double.greatestFiniteMagnitude
    absolute = try reader.parameter("absolute error", in: sums)
    squared = try reader.parameter("squared error", in: sums)
    percent = try reader.parameter("percent error", in: sums)
    symmetric = try reader.parameter("symmetric error", in: sums)
    scaled = try reader.parameter("scaled error", in: sums)
    variation = try reader.parameter("variation", in: sums)
  }

  /// The sums as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    self = try AccuracySum(from: &reader)
    try reader.finish()
  }
}
