/// A rolling-origin test on the end of a history: parameters are fitted once, to the part before;
/// then the model forecasts from a dozen origins, each time knowing all days before.
struct Backtest {
  /// The longest window that an origin is tested on.
  private static let longestWindow = 56
  private static let originCount = 12
  /// Shorter histories are not tested: too little would be left to fit.
  private static let fewestDays = 12

  let history: History
  /// The days that parameters may be fitted to.
  let training: History
  let origins: [Int]
  let horizon: Int

  /// Nothing where the history is too short.
  init?(_ history: History, horizon wanted: Int) {
    // Days missing at the end test nothing.
    let days = (history.weights.lastIndex { $0 > 0 } ?? -1) + 1
    guard history.observedCount >= Self.fewestDays else { return nil }
    let horizon = max(1, min(wanted, Self.longestWindow, days / 4))
    let tested = min(days / 3, 3 * horizon)
    let first = days - tested
    let training = history.prefix(first)
    guard training.observedCount >= 2 * Self.fewestDays / 3 else { return nil }
    // Not a multiple of the season, so that the origins meet every position.
    var stride = max(1, tested / Self.originCount)
    if stride > 1, history.season > 1, stride % history.season == 0 { stride -= 1 }
    let last = days - max(1, horizon / 2)
    self.history = history
    self.training = training
    self.horizon = horizon
    origins = Array(Swift.stride(from: first, through: last, by: stride))
  }

  /// The days after an origin that are tested.
  func window(_ origin: Int) -> Range<Int> { origin..<min(history.count, origin + horizon) }

  /// The error of paths from the origins, in the history's scale: what a typical day is off by, and
  /// what the mean of a window is off by, since orders cover windows.
  ///
  /// Regular demand is measured by absolute errors, which peaks do not rule; for demand with days
  /// of nothing that would reward a forecast of 0, so there it is squared errors.
  func score(_ paths: [Path]) -> Double {
    let squares = history.zeroShare > 0.1
    var daily = 0.0
    var days = 0.0
    var window = 0.0
    var windows = 0.0
    for (origin, path) in zip(origins, paths) {
      var sum = 0.0
      var observed = 0.0
      for day in self.window(origin) where history.weights[day] > 0 {
        let error = history.values[day] - max(0, path.mean[day - origin])
        daily += squares ? error * error : abs(error)
        sum += error
        observed += 1
      }
      guard observed > 0 else { continue }
      days += observed
      window += squares ? sum * sum / (observed * observed) : abs(sum) / observed
      windows += 1
    }
    guard days > 0 else { return .infinity }
    daily /= days
    window /= windows
    return squares ? daily.squareRoot() + window.squareRoot() : daily + window
  }

  /// What the paths' errors say of the spread that they claimed.
  func calibration(_ paths: [Path]) -> Calibration {
    var ratios: [Double] = []
    var sums: [(squared: Double, claimed: Double, span: Double)] = []
    for (origin, path) in zip(origins, paths) {
      let window = self.window(origin)
      var sum = 0.0
      var isWhole = true
      for day in window {
        guard history.weights[day] > 0 else {
          isWhole = false
          continue
        }
        let error = history.values[day] - max(0, path.mean[day - origin])
        sum += error
        let claimed = path.variance[day - origin]
        if claimed > 0 { ratios.append(error * error / claimed) }
      }
      guard isWhole, window.count > 1 else { continue }
      sums.append((sum * sum, path.cumulativeVariance[window.count - 1], Double(window.count)))
    }
    return Calibration(ratios: ratios, sums: sums)
  }

  /// The accuracy of calibrated paths, in units of demand.
  func accuracy(_ paths: [Path], calibration: Calibration, shape: Shape) -> AccuracySum {
    var actual: [Double] = []
    var mean: [Double] = []
    var bands: [Double] = []
    for (origin, path) in zip(origins, paths) {
      let window = self.window(origin)
      let outlook = Outlook(calibration.apply(path), scale: history.scale, shape: shape)
      for day in window {
        actual.append(history.weights[day] > 0 ? history.values[day] * history.scale : .nan)
      }
      mean += outlook.mean[..<window.count]
      bands += outlook.quantiles(levels: AccuracySum.bandLevels)[..<(4 * window.count)]
    }
    let past = (0..<training.count).map { day in
      training.weights[day] > 0 ? training.values[day] * training.scale : .nan
    }
    let naiveError = AccuracySum.naiveError(past[...], season: history.season)
    return AccuracySum(actual: actual, mean: mean, bands: bands, naiveError: naiveError)
  }
}
