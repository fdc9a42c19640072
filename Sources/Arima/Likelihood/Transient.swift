/// What the unknown past adds to the first errors: the variance of u in `LaneLikelihood`, and the
/// small systems in it.
///
/// u_j = sum over i >= j of whole_ar_i z_{j-i} + whole_ma_i a_{j-i}. With the autocovariances gamma
/// of z and the weights psi of earlier errors in z, c_k = sum ar_{k+i} gamma_i + ma_{k+i} psi_i,
/// and
///
///     V_jk = V_{j+1,k+1} + ma_j ma_k + ar_j c_k + ar_k c_j + ar_j ar_k gamma_0.
final class Transient {
  private let shape: ArmaShape
  private let memory: Int
  /// The size of the systems.
  let reach: Int

  private let ar: LaneColumn
  private let ma: LaneColumn
  private let psi: LaneColumn
  private let cross: LaneColumn
  private let gamma: LaneColumn
  private let pureGamma: LaneColumn
  private let work: LaneColumn
  private let spare: LaneColumn
  private let variance: LaneColumn
  /// R'R, upper triangle by row; then its factor C' in the same place.
  let gram: LaneColumn
  /// R'a0; then g.
  let projection: LaneColumn
  /// V C.
  private let turned: LaneColumn
  /// M = 1 + C'VC, upper triangle; then its factor.
  private let system: LaneColumn
  /// The factor of M under g.
  let reduced: LaneColumn

  private(set) var determinant = Lanes(repeating: 0)
  /// g'g - g' M^-1 g: what the transient takes off the sum of squares.
  private(set) var explained = Lanes(repeating: 0)

  init(_ shape: ArmaShape, reach: Int) {
    self.shape = shape
    memory = shape.memory
    self.reach = reach
    let size = memory + 2
    ar = LaneColumn(count: size)
    ma = LaneColumn(count: size)
    psi = LaneColumn(count: size)
    cross = LaneColumn(count: size)
    gamma = LaneColumn(count: size)
    pureGamma = LaneColumn(count: 2 * size)
    work = LaneColumn(count: size)
    spare = LaneColumn(count: size)
    variance = LaneColumn(count: size * size)
    let square = max(1, reach * reach)
    gram = LaneColumn(count: square, after: 4)
    projection = LaneColumn(count: max(1, reach))
    turned = LaneColumn(count: square, after: 4)
    system = LaneColumn(count: square, after: 4)
    reduced = LaneColumn(count: max(1, reach))
  }

  deinit {
    for column in [
      ar, ma, psi, cross, gamma, pureGamma, work, spare, variance, gram, projection, turned,
      system, reduced,
    ] {
      column.free()
    }
  }

  /// V from coefficients in the order ar, seasonalAR, ma, seasonalMA.
  func setVariance(_ coefficients: LaneColumn) {
    let order = shape.order
    multiplyOut(coefficients, order.p, order.seasonalP, sign: -1, into: ar)
    multiplyOut(
      coefficients.from(order.p + order.seasonalP), order.q, order.seasonalQ, sign: 1, into: ma)
    setPsi()
    setGamma()
    setCross()
    let stride = memory + 1
    let level = gamma[0]
    for row in (0..<memory).reversed() {
      let arRow = ar[row + 1]
      let maRow = ma[row + 1]
      let crossRow = cross[row + 1]
      let scaled = arRow * level + crossRow
      for column in row..<memory {
        var value = variance[(row + 1) * stride + column + 1]
        value = value.plus(maRow, times: ma[column + 1])
        value = value.plus(arRow, times: cross[column + 1])
        value = value.plus(scaled, times: ar[column + 1])
        variance[row * stride + column] = value
        variance[column * stride + row] = value
      }
    }
  }

  /// The coefficients, by lag, of (1 + sign short) (1 + sign long) without the sign: index 0 is not
  /// used.
  private func multiplyOut(
    _ parts: LaneColumn, _ short: Int, _ long: Int, sign: Double,
    into result: LaneColumn
  ) {
    let season = shape.order.season
    for lag in 0..<(memory + 2) { result[lag] = Lanes(repeating: 0) }
    for near in 0..<short { result[near + 1] += parts[near] }
    for far in 0..<long {
      let lag = (far + 1) * season
      let weight = parts[short + far]
      result[lag] += weight
      for near in 0..<short { result[lag + near + 1] += sign * weight * parts[near] }
    }
  }

  private func setPsi() {
    guard !shape.movingAverageLags.isEmpty else { return }
    psi[0] = Lanes(repeating: 1)
    for lag in 1..<max(1, shape.order.movingAverageDegree) {
      var value = ma[lag]
      for back in shape.autoregressiveLags where back <= lag {
        value = value.plus(ar[back], times: psi[lag - back])
      }
      psi[lag] = value
    }
  }

  /// Autocovariances of the process at lags below the autoregressive degree.
  ///
  /// Those of the autoregressive part alone come from its partial autocorrelations, down and up the
  /// Levinson recursion; the moving average is folded in after.
  private func setGamma() {
    let degree = shape.order.autoregressiveDegree
    guard degree > 0 else { return }
    let foldedLags = [0] + shape.movingAverageLags
    let far = shape.order.movingAverageDegree
    setPureGamma(degree, upTo: degree + far)
    let one = Lanes(repeating: 1)
    for lag in 0..<degree { gamma[lag] = Lanes(repeating: 0) }
    for left in foldedLags {
      let leftWeight = left == 0 ? one : ma[left]
      for right in foldedLags {
        let weight = right == 0 ? leftWeight : leftWeight * ma[right]
        let shift = left - right
        for lag in 0..<degree {
          gamma[lag] = gamma[lag].plus(weight, times: pureGamma[abs(lag + shift)])
        }
      }
    }
  }

  private func setPureGamma(_ degree: Int, upTo last: Int) {
    let one = Lanes(repeating: 1)
    // Down: `spare` keeps the partial autocorrelations.
    for lag in 1...degree { work[lag] = ar[lag] }
    var product = one
    for size in (1...degree).reversed() {
      let partial = work[size]
      spare[size] = partial
      let rest = one - partial * partial
      product *= rest
      let scale = one / rest
      var low = 1
      var high = size - 1
      while low < high {
        let (left, right) = (work[low], work[high])
        work[low] = (left + partial * right) * scale
        work[high] = (right + partial * left) * scale
        low += 1
        high -= 1
      }
      if low == high { work[low] = work[low] * (one + partial) * scale }
    }
    // Up: gamma_k = sum of the weights of order k-1 on earlier gammas + partial_k * variance_{k-1}.
    var left = one / product
    pureGamma[0] = left
    for size in 1...degree {
      let partial = spare[size]
      var value = partial * left
      for lag in 1..<size {
        value = value.plus(work[lag], times: pureGamma[size - lag])
      }
      pureGamma[size] = value
      var low = 1
      var high = size - 1
      while low < high {
        let (first, second) = (work[low], work[high])
        work[low] = first - partial * second
        work[high] = second - partial * first
        low += 1
        high -= 1
      }
      if low == high { work[low] = work[low] * (one - partial) }
      work[size] = partial
      left *= one - partial * partial
    }
    guard last > degree else { return }
    for lag in (degree + 1)...last {
      var value = Lanes(repeating: 0)
      for back in shape.autoregressiveLags {
        value = value.plus(ar[back], times: pureGamma[lag - back])
      }
      pureGamma[lag] = value
    }
  }

  private func setCross() {
    for lag in 1...max(1, memory) {
      var value = Lanes(repeating: 0)
      for ahead in shape.autoregressiveLags where ahead > lag {
        value = value.plus(ar[ahead], times: gamma[ahead - lag])
      }
      for ahead in shape.movingAverageLags where ahead >= lag {
        value = value.plus(ma[ahead], times: psi[ahead - lag])
      }
      cross[lag] = value
    }
  }

  /// Without a moving average R'R is 1, and g is the start of a0 itself.
  func solvePlain() {
    let stride = memory + 1
    for row in 0..<reach {
      for column in row..<reach {
        system[row * reach + column] = variance[row * stride + column]
      }
      system[row * reach + row] += Lanes(repeating: 1)
    }
    finish()
  }

  /// From `gram` and `projection`: the determinant and what is explained.
  func solve() {
    LaneMatrix.factor(gram, reach)
    LaneMatrix.substitute(gram, projection, reach)
    turn()
    finish()
  }

  /// M = 1 + C'VC, where row j of C' (the upper factor) is `gram[j, j...]` and zeros before.
  private func turn() {
    LaneMatrix.multiply(
      variance, stride: memory + 1, byRowsOf: gram, into: turned, size: reach)
    LaneMatrix.multiplyUpper(gram, turned, into: system, size: reach)
    for row in 0..<reach { system[row * reach + row] += Lanes(repeating: 1) }
  }

  private func finish() {
    LaneMatrix.factor(system, reach)
    var total = Lanes(repeating: 0)
    var product = Lanes(repeating: 1)
    for row in 0..<reach {
      product *= system[row * reach + row]
      // Logarithms are dear: one for six factors, which cannot overflow together.
      if row % 6 == 5 {
        total += product.logarithm
        product = Lanes(repeating: 1)
      }
    }
    determinant = 2 * (total + product.logarithm)
    var before = Lanes(repeating: 0)
    for row in 0..<reach {
      let value = projection[row]
      reduced[row] = value
      before = before.plus(value, times: value)
    }
    LaneMatrix.substitute(system, reduced, reach)
    var after = Lanes(repeating: 0)
    for row in 0..<reach {
      let value = reduced[row]
      after = after.plus(value, times: value)
    }
    explained = before - after
  }

  /// The expected transient where the last evaluation left `reduced` in one of its lanes, or in a
  /// sum of them: V C M^-1 g = V C U^-1 reduced, with the matrices of `lane`.
  func expectation(reduced: [Double], lane: Int, isPlain: Bool, into result: inout [Double]) {
    var solved = reduced
    for row in (0..<reach).reversed() {
      var value = solved[row]
      for column in (row + 1)..<max(row + 1, reach) {
        value -= system[row * reach + column][lane] * solved[column]
      }
      solved[row] = value / system[row * reach + row][lane]
    }
    let stride = isPlain ? memory + 1 : reach
    let matrix = isPlain ? variance : turned
    for row in 0..<reach {
      var value = 0.0
      for column in 0..<reach {
        value += matrix[row * stride + column][lane] * solved[column]
      }
      result[row] = value
    }
  }
}
