import Packing

/// Croston, SBA or TSB: the weights with the least squared one-step error.
struct IntermittentFamily: ModelFamily {
  typealias Lanes = SIMD8<Double>

  /// Demand on more than this share of the days is not intermittent.
  static let leastZeroShare = 0.1
  static let leastDemands = 3

  private let kind: IntermittentModel.Kind

  init(_ kind: IntermittentModel.Kind) { self.kind = kind }

  var name: ModelName {
    switch kind {
    case .croston: .croston
    case .sba: .sba
    case .tsb: .tsb
    }
  }

  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel {
    guard history.demandCount >= Self.leastDemands else {
      throw .tooFewDemands(has: history.demandCount, needs: Self.leastDemands)
    }
    guard history.zeroShare >= Self.leastZeroShare else {
      throw .regularDemand(zeroPercent: Int(history.zeroShare * 100))
    }
    let found = search(history)
    guard found.squares.isFinite else { throw .diverged }
    return IntermittentModel(
      kind: kind, alpha: Double(Float(found.alpha)), beta: Double(Float(found.beta)),
      variance: found.squares / Double(max(1, history.observedCount - 1)))
  }

  /// A coarse grid, then a finer one around its best point. Croston and SBA smooth sizes and
  /// intervals alike; TSB has a weight for each.
  private func search(_ history: History) -> (alpha: Double, beta: Double, squares: Double) {
    var best = (alpha: 0.1, beta: 0.1, squares: Double.infinity)
    func consider(_ alphas: Lanes, _ betas: Lanes) {
      let sums = IntermittentLanes.squares(history, kind: kind, alpha: alphas, beta: betas)
      for lane in 0..<8 where sums[lane] < best.squares {
        best = (alphas[lane], betas[lane], sums[lane])
      }
    }
    let coarse = Lanes(0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.45)
    if kind == .tsb {
      for beta in [0.01, 0.03, 0.08, 0.2] { consider(coarse, Lanes(repeating: beta)) }
      let factors = Lanes(0.4, 0.6, 0.8, 1, 1.25, 1.5, 1.9, 2.4)
      consider(Lanes(repeating: best.alpha), best.beta * factors)
    } else {
      consider(coarse, coarse)
      let weights = best.alpha * Lanes(0.65, 0.75, 0.85, 0.95, 1.1, 1.2, 1.35, 1.5)
      consider(weights, weights)
    }
    return best
  }

  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel {
    let alpha = Double(try reader.single("size weight", in: 0...1))
    let beta = Double(try reader.single("occurrence weight", in: 0...1))
    return IntermittentModel(kind: kind, alpha: alpha, beta: beta, variance: try reader.variance())
  }
}

/// `IntermittentFilter` for eight pairs of weights at once.
enum IntermittentLanes {
  typealias Lanes = SIMD8<Double>

  /// The sums of squared one-step errors from the first demand on.
  static func squares(
    _ history: History, kind: IntermittentModel.Kind, alpha: Lanes, beta: Lanes
  ) -> Lanes {
    guard let first = history.values.firstIndex(where: { $0 > 0 }) else {
      return Lanes(repeating: 0)
    }
    let observedBefore = history.weights[..<first].reduce(0, +)
    let isProbability = kind == .tsb
    let factor = kind == .sba ? 1 - 0.5 * beta : Lanes(repeating: 1)
    var size = Lanes(repeating: history.values[first])
    var occurrence = Lanes(repeating: isProbability ? 1 / (observedBefore + 1) : observedBefore + 1)
    var mean = isProbability ? size * occurrence : factor * size / occurrence
    var since = 1.0
    var sum = Lanes(repeating: 0)
    unsafe history.values.withUnsafeBufferPointer { values in
      unsafe history.weights.withUnsafeBufferPointer { weights in
        for day in (first + 1)..<max(first + 1, values.count) where unsafe weights[day] > 0 {
          let value = unsafe values[day]
          let error = Lanes(repeating: value) - mean
          sum += error * error
          if value > 0 {
            size += alpha * (Lanes(repeating: value) - size)
            let arrived = Lanes(repeating: isProbability ? 1 : since)
            occurrence += beta * (arrived - occurrence)
            mean = isProbability ? size * occurrence : factor * size / occurrence
            since = 1
          } else {
            since += 1
            if isProbability {
              occurrence -= beta * occurrence
              mean = size * occurrence
            }
          }
        }
      }
    }
    return sum
  }
}
