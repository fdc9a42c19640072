import Packing

/// A filter after its last day, as it is stored: all that new days and forecasts need.
///
/// Packed, with the season 7 and p, q <= 5, P, Q <= 2, d <= 2, D <= 1, a steady state takes 234
/// bytes and any other at most 1,862 (a test holds both): 29 means of 8 bytes and, where all of the
/// last nine days are missing, 28 x 29 / 2 covariances of 4.
struct FilterState: Equatable, Sendable {
  /// The ARMA part foreseen for the next day.
  let arma: [Double]
  /// The values before the next day, the latest first; a missing one as it is guessed now.
  let lags: [Double]
  /// The observed days in a row up to now, at most as many as `lags`.
  let knownDays: Int
  /// The upper triangle of the excess covariance, row by row; nil when steady.
  let excess: [Float]?

  /// Means beyond this are refused: their squares must stay numbers.
  static let largestMean = 1e100
  /// Excess covariances beyond this are refused.
  static let largestExcess: Float = 1e30

  /// What of `filter` is stored.
  init(_ filter: KalmanFilter) {
    var filter = filter
    filter.straightenAll()
    arma = filter.arma
    lags = filter.lags
    knownDays = filter.knownDays
    excess = filter.isSteady ? nil : filter.packedExcess
  }

  /// The same without its covariance, where that is below `limit` and the last values are known:
  /// what it would still add to a variance of 1 is not worth its bytes.
  func settled(below limit: Float) -> FilterState {
    guard let excess, knownDays == lags.count, excess.allSatisfy({ abs($0) < limit }) else {
      return self
    }
    return FilterState(arma: arma, lags: lags, knownDays: knownDays, excess: nil)
  }

  private init(arma: [Double], lags: [Double], knownDays: Int, excess: [Float]?) {
    self.arma = arma
    self.lags = lags
    self.knownDays = knownDays
    self.excess = excess
  }

  /// The filter to go on with.
  func filter(of space: StateSpace) -> KalmanFilter {
    var full: [Double]?
    if let excess {
      let count = space.dimension
      precondition(excess.count == count * (count + 1) / 2, "the state of another order")
      var matrix = [Double](repeating: 0, count: count * count)
      var next = 0
      for row in 0..<count {
        for column in row..<count {
          matrix[row * count + column] = Double(excess[next])
          matrix[column * count + row] = Double(excess[next])
          next += 1
        }
      }
      full = matrix
    }
    return KalmanFilter(space, arma: arma, lags: lags, knownDays: knownDays, excess: full)
  }
}

extension KalmanFilter {
  /// The upper triangle, row by row, as it is stored.
  fileprivate var packedExcess: [Float] {
    let count = space.dimension
    var result: [Float] = []
    result.reserveCapacity(count * (count + 1) / 2)
    for row in 0..<count {
      for column in row..<count { result.append(Float(excess[row * count + column])) }
    }
    return result
  }

  /// Rounds the covariance to what a stored state keeps.
  fileprivate mutating func round() {
    for index in excess.indices { excess[index] = Double(Float(excess[index])) }
  }
}

/// The one-step errors of new days.
struct OneStepErrors: Equatable, Sendable {
  /// The value less what was foreseen; NaN where it is missing.
  var errors: [Double] = []
  /// The variance of each error, in units of the error variance.
  var variances: [Double] = []

  /// The errors over their deviations, given the error variance of the model.
  func standardised(errorVariance: Double) -> [Double] {
    zip(errors, variances).map { $0 / ($1 * errorVariance).squareRoot() }
  }
}

extension StateSpace {
  /// Takes new days, NaN where one is missing. The covariance is rounded after every day as it
  /// would be stored, so that days taken one by one or all at once end in the same bits.
  func advance(_ values: [Double], from state: inout FilterState) -> OneStepErrors {
    var filter = state.filter(of: self)
    var result = OneStepErrors()
    for value in values {
      let found = filter.step(value)
      if !filter.isSteady { filter.round() }
      result.errors.append(found.error)
      result.variances.append(found.variance)
    }
    state = FilterState(filter)
    return result
  }
}

extension FilterState {
  /// Packs all but the rows of the covariance that are zero: values that are known.
  func pack(into writer: inout ByteWriter) {
    let count = arma.count + lags.count
    for mean in arma + lags { writer.double(mean) }
    writer.count(knownDays)
    writer.bool(excess == nil)
    guard let excess else { return }
    let used = Self.usedRows(excess, count: count)
    for start in stride(from: 0, to: count, by: 8) {
      var bits: UInt8 = 0
      for row in start..<min(start + 8, count) where used[row] { bits |= 1 << UInt8(row - start) }
      writer.fixed(bits)
    }
    var next = 0
    for row in 0..<count {
      for column in row..<count {
        if used[row], used[column] { writer.float(excess[next]) }
        next += 1
      }
    }
  }

  /// The rows with anything but zeros.
  private static func usedRows(_ excess: [Float], count: Int) -> [Bool] {
    var used = [Bool](repeating: false, count: count)
    var next = 0
    for row in 0..<count {
      for column in row..<count {
        if excess[next] != 0 {
          used[row] = true
          used[column] = true
        }
        next += 1
      }
    }
    return used
  }

  /// Reads a state of `space` from bytes that may be hostile.
  init(from reader: inout ByteReader, of space: StateSpace) throws(PackingError) {
    var means: [Double] = []
    for _ in 0..<space.dimension {
      let mean = try reader.finiteDouble("state")
      guard abs(mean) <= Self.largestMean else { throw .invalid(what: "state \(mean)") }
      means.append(mean)
    }
    arma = Array(means.prefix(space.armaCount))
    lags = Array(means.dropFirst(space.armaCount))
    knownDays = try reader.count("known days", limit: space.lagCount)
    if try reader.bool() {
      guard knownDays == space.lagCount else { throw .invalid(what: "steady state after a gap") }
      excess = nil
    } else {
      excess = try Self.readExcess(from: &reader, of: space, knownDays: knownDays)
    }
  }

  /// Reads a covariance: known values have none, a variance is not negative, and two elements do
  /// not vary together more than each does.
  private static func readExcess(
    from reader: inout ByteReader, of space: StateSpace, knownDays: Int
  ) throws(PackingError) -> [Float] {
    let count = space.dimension
    var used = [Bool](repeating: false, count: count)
    for start in stride(from: 0, to: count, by: 8) {
      let bits = try reader.byte()
      for bit in 0..<8 where bits & (1 << UInt8(bit)) != 0 {
        let row = start + bit
        let isKnown = row >= space.armaCount && row < space.armaCount + knownDays
        guard row < count, !isKnown else { throw .invalid(what: "covariance of element \(row)") }
        used[row] = true
      }
    }
    var result: [Float] = []
    var variances = [Float](repeating: 0, count: count)
    for row in 0..<count {
      for column in row..<count {
        guard used[row], used[column] else {
          result.append(0)
          continue
        }
        let value = try reader.float()
        guard abs(value) <= largestExcess, row != column || value >= -slack(1) else {
          throw .invalid(what: "covariance \(value)")
        }
        if row == column { variances[row] = value }
        result.append(value)
      }
    }
    var next = 0
    for row in 0..<count {
      for column in row..<count {
        let bound = (max(0, variances[row]) * max(0, variances[column])).squareRoot()
        guard abs(result[next]) <= bound + slack(max(variances[row], variances[column])) else {
          throw .invalid(what: "covariance \(result[next]) beyond its variances")
        }
        next += 1
      }
    }
    return result
  }

  /// How much rounding may break what holds of a covariance of this size.
  private static func slack(_ size: Float) -> Float { 1e-3 * max(1e-3, size) }
}
