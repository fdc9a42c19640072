/// Between the coefficients of a polynomial and its partial autocorrelations.
///
/// A process is stationary (invertible) exactly where all of them lie between -1 and 1, so a search
/// that keeps them there can leave that region in no way (Barndorff-Nielsen and Schou 1973; Monahan
/// 1984).
enum PartialCorrelations {
  /// The weights of earlier values whose partial autocorrelations are `partials`: plainly, beside
  /// what `Coordinates` does in place.
  static func coefficients(_ partials: [Double]) -> [Double] {
    var result: [Double] = []
    for partial in partials {
      let before = result
      for index in before.indices {
        result[index] = before[index] - partial * before[before.count - 1 - index]
      }
      result.append(partial)
    }
    return result
  }

  /// The partial autocorrelations of weights, or nothing where they are not those of a stationary
  /// process.
  static func partials(_ coefficients: [Double]) -> [Double]? {
    var rest = coefficients
    var result = [Double](repeating: 0, count: coefficients.count)
    while let last = rest.popLast() {
      guard abs(last) < 1 else { return nil }
      result[rest.count] = last
      let scale = 1 / (1 - last * last)
      let before = rest
      for index in rest.indices {
        rest[index] = (before[index] + last * before[before.count - 1 - index]) * scale
      }
    }
    return result
  }

  /// Whether every root of 1 - c1 z - c2 z^2 ... lies further than `radius` from 0.
  static func rootsLieBeyond(_ radius: Double, _ coefficients: [Double]) -> Bool {
    var power = 1.0
    let scaled = coefficients.map { coefficient in
      power *= radius
      return coefficient * power
    }
    return partials(scaled) != nil
  }
}
