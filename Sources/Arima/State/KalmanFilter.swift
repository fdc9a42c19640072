/// The exact filter of a `StateSpace`, day by day: the plain oracle of faster likelihoods, and what
/// carries a model over missing days.
///
/// It is in one of three conditions, from the dearest to the cheapest day, n = `dimension`,
/// r = `armaCount`:
///
/// | Condition | Holds when | A day costs |
/// |---|---|---|
/// | gap | a value among the last `lagCount` is missing, or the day is | n^2 |
/// | settling | those are known | r^2 / 2 |
/// | steady | and the excess covariance is below `settled` | the lags that are not zero |
///
/// Any day without a value leads to gap. Room for covariances is made when they are first needed;
/// no day after that allocates.
struct KalmanFilter: Sendable {
  /// The excess covariance, by its diagonal, that counts as none. An error variance is off by less,
  /// an error by that share, so a thousand days are off by 1e-6 in log-likelihood at the very most.
  static let settled = 1e-9
  /// The prior variance of values before the first day, and the error variance from which on an
  /// observation tells of them and not of the model: as in R's `stats::arima`.
  static let diffuseVariance = 1e6
  static let diffuseLimit = 1e4

  let space: StateSpace
  /// The ARMA part foreseen for the next day; element i lies at `armaHead` + i, wrapped.
  var arma: [Double]
  var armaHead = 0
  /// Earlier values; that of lag j lies at `lagHead` + j - 1, wrapped.
  var lags: [Double]
  var lagHead = 0
  /// The excess covariance, n x n; in settling only the upper triangle of its first r rows counts.
  /// Zeros, or empty, when steady.
  var excess: [Double]
  /// The observed days in a row up to now, at most `lagCount`.
  var knownDays: Int
  var isSteady: Bool

  /// N, A and B of `condition`, n each.
  var row: [Double]
  var left: [Double]
  var gain: [Double]
  /// The covariance after a day in gap, n x n; empty before the first.
  var filtered: [Double] = []

  /// Starts in the state with the given parts, lags latest first; `excess` nil for steady.
  init(_ space: StateSpace, arma: [Double], lags: [Double], knownDays: Int, excess: [Double]?) {
    let count = space.dimension
    precondition(arma.count == space.armaCount && lags.count == space.lagCount)
    self.space = space
    self.arma = arma
    self.lags = lags
    self.knownDays = knownDays
    isSteady = excess == nil
    self.excess = excess ?? []
    row = [Double](repeating: 0, count: count)
    left = row
    gain = row
  }

  /// Starts before the first day that is filtered. Where `earlier` holds the `lagCount` values
  /// before it, latest first, the start is exact: the likelihood is that of the differenced series.
  /// Otherwise these values have a wide prior about `level`; differences do not see a level, so
  /// giving one near the values only makes the prior wider for its size.
  init(_ space: StateSpace, earlier: [Double]?, level: Double = 0) {
    let count = space.dimension
    let armaCount = space.armaCount
    var excess = [Double](repeating: 0, count: count * count)
    for row in 0..<armaCount {
      for column in 0..<armaCount {
        excess[row * count + column] = space.startExcess[row * armaCount + column]
      }
    }
    if earlier == nil {
      for lag in armaCount..<count { excess[lag * count + lag] = Self.diffuseVariance }
    }
    self.init(
      space, arma: [Double](repeating: 0, count: armaCount),
      lags: earlier ?? [Double](repeating: level, count: space.lagCount),
      knownDays: earlier == nil ? 0 : space.lagCount, excess: excess)
  }

  /// An error of one day and its variance; without a value the error is NaN.
  struct Innovation: Equatable, Sendable {
    var error: Double
    var variance: Double
  }

  /// Takes the next day; a value that is not finite is missing.
  mutating func step(_ value: Double) -> Innovation {
    let observed = value.isFinite
    if observed, knownDays == space.lagCount {
      return isSteady ? steadyStep(value) : settlingStep(value)
    }
    return gapStep(observed ? value : nil)
  }

  /// What the last `lagCount` values say of the next, before the ARMA part.
  @inline(__always)
  var fromLags: Double {
    var sum = 0.0
    let differences = space.differences
    for index in differences.lags.indices {
      var place = lagHead + differences.lags[index] - 1
      if place >= lags.count { place -= lags.count }
      sum += differences.weights[index] * lags[place]
    }
    return sum
  }

  /// Makes `value` the latest of the earlier values.
  @inline(__always)
  mutating func push(_ value: Double) {
    guard !lags.isEmpty else { return }
    lagHead = lagHead == 0 ? lags.count - 1 : lagHead - 1
    lags[lagHead] = value
  }

  /// Turns the ARMA part by a day, w and its error v known: only lags that are not zero count.
  @inline(__always)
  mutating func turn(_ differenced: Double, _ error: Double) {
    let count = arma.count
    arma[armaHead] = 0
    armaHead = armaHead + 1 == count ? 0 : armaHead + 1
    let ar = space.arLags
    for index in ar.lags.indices {
      var place = armaHead + ar.lags[index] - 1
      if place >= count { place -= count }
      arma[place] += ar.weights[index] * differenced
    }
    let ma = space.maLags
    for index in ma.lags.indices {
      var place = armaHead + ma.lags[index] - 1
      if place >= count { place -= count }
      arma[place] += ma.weights[index] * error
    }
  }

  private mutating func steadyStep(_ value: Double) -> Innovation {
    let differenced = value - fromLags
    let error = differenced - arma[armaHead]
    turn(differenced, error)
    push(value)
    return Innovation(error: error, variance: 1)
  }

  /// The foreseen value of the next day without an error, and on to the day after it.
  mutating func foresee() -> Double {
    let differenced = arma[armaHead]
    let value = differenced + fromLags
    turn(differenced, 0)
    push(value)
    return value
  }

  /// A day whose earlier values are all known: w is seen without noise, so nothing of it stays in
  /// the covariance and its autoregression is not needed. With N the first row of D and f its
  /// first element, D + R R' - (N + R)(N + R)' / (1 + f) = D + R A' - N B', and D' is that, one
  /// row and one column further.
  private mutating func settlingStep(_ value: Double) -> Innovation {
    straighten()
    let stride = space.dimension
    let count = space.armaCount
    let differenced = value - fromLags
    let error = differenced - arma[0]
    let more = max(0, excess[0])
    let inverse = 1 / (1 + more)
    for index in 0..<count {
      let own = excess[index]
      row[index] = own
      left[index] = (more * space.response[index] - own) * inverse
      gain[index] = (own + space.response[index]) * inverse
    }
    for index in 0..<(count - 1) {
      arma[index] = arma[index + 1] + space.ar[index] * differenced + gain[index + 1] * error
    }
    arma[count - 1] = space.ar[count - 1] * differenced
    var largest = 0.0
    unsafe excess.withUnsafeMutableBufferPointer { excess in
      unsafe left.withUnsafeBufferPointer { left in
        unsafe gain.withUnsafeBufferPointer { gain in
          for upper in 0..<(count - 1) {
            let response = space.response[upper + 1]
            let own = row[upper + 1]
            let here = upper * stride
            let below = here + stride + 1
            for column in upper..<(count - 1) {
              unsafe excess[here + column] =
                excess[below + column] + (response * left[column + 1] - own * gain[column + 1])
            }
            unsafe excess[here + count - 1] = 0
            unsafe largest = max(largest, excess[here + upper])
          }
          unsafe excess[(count - 1) * (stride + 1)] = 0
        }
      }
    }
    push(value)
    if largest <= Self.settled { settle() }
    return Innovation(error: error, variance: 1 + more)
  }

  /// Declares the past known.
  mutating func settle() {
    for index in excess.indices { excess[index] = 0 }
    isSteady = true
  }

  /// Puts the first element of the ARMA part at index 0.
  private mutating func straighten() {
    guard armaHead != 0 else { return }
    arma = Array(arma[armaHead...] + arma[..<armaHead])
    armaHead = 0
  }

  /// Puts the first elements of both parts at index 0.
  mutating func straightenAll() {
    straighten()
    guard lagHead != 0 else { return }
    lags = Array(lags[lagHead...] + lags[..<lagHead])
    lagHead = 0
  }
}
