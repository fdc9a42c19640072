/// Eight parameter sets of one series, filtered in lockstep: what the search spends its time on.
///
/// A lane is a parameter set, never a series, so no series can touch another's result. Lanes do
/// what `SmoothingFilter` does, which is the oracle. The order of operations is the same; only
/// rounding may differ where the compiler fuses a multiplication and an addition in one of them.
struct SmoothingLanes {
  typealias Lanes = SIMD8<Double>

  var alpha = Lanes(repeating: 0)
  var beta = Lanes(repeating: 0)
  var gamma = Lanes(repeating: 0)
  var phi = Lanes(repeating: 0)
  var level = Lanes(repeating: 0)
  var trend = Lanes(repeating: 0)
  /// By position; one neutral entry without a season.
  var season: [Lanes]

  /// All lanes with one first state.
  init(form: SmoothingForm, state: SmoothingState) {
    level = Lanes(repeating: state.level)
    trend = Lanes(repeating: state.trend)
    let neutral = [form.season == .multiplicative ? 1.0 : 0]
    season = (state.season.isEmpty ? neutral : state.season).map(Lanes.init(repeating:))
  }

  /// Sets a lane's weights.
  mutating func set(_ weights: SmoothingWeights, lane: Int) {
    alpha[lane] = weights.alpha
    beta[lane] = weights.beta
    gamma[lane] = weights.gamma
    phi[lane] = weights.phi
  }

  /// The sums of squared one-step errors of all days.
  mutating func run(_ history: History, multiplicative: Bool) -> Lanes {
    unsafe record(history, multiplicative: multiplicative, into: nil)
  }

  /// The same; `errors`, where given, has room for one entry a day and receives them.
  mutating func record(
    _ history: History, multiplicative: Bool, into errors: UnsafeMutablePointer<Lanes>?
  ) -> Lanes {
    let count = history.count
    return unsafe history.values.withUnsafeBufferPointer { values in
      unsafe history.weights.withUnsafeBufferPointer { present in
        unsafe season.withUnsafeMutableBufferPointer { season in
          guard let values = values.baseAddress, let present = present.baseAddress,
            let first = season.baseAddress
          else { return Lanes(repeating: 0) }
          let days = unsafe Days(
            values: values, present: present, count: count, season: first, length: season.count,
            errors: errors)
          return unsafe multiplicative
            ? Self.multiplicative(days, alpha, beta, gamma, phi, &level, &trend)
            : Self.additive(days, alpha, beta, gamma, phi, &level, &trend)
        }
      }
    }
  }

  /// `count` days, `length` seasonal lanes, and room for `count` errors or none.
  @unsafe private struct Days {
    let values: UnsafePointer<Double>
    let present: UnsafePointer<Double>
    let count: Int
    let season: UnsafeMutablePointer<Lanes>
    let length: Int
    let errors: UnsafeMutablePointer<Lanes>?
  }

  private static func additive(
    _ days: Days, _ alpha: Lanes, _ beta: Lanes, _ gamma: Lanes, _ phi: Lanes,
    _ firstLevel: inout Lanes, _ firstTrend: inout Lanes
  ) -> Lanes {
    var level = firstLevel
    var trend = firstTrend
    var sum = Lanes(repeating: 0)
    var position = 0
    let count = unsafe days.count
    for day in 0..<count {
      let slope = phi * trend
      let base = level + slope
      let seasonal = unsafe days.season[position]
      let observed = unsafe Lanes(repeating: days.values[day])
      let error = unsafe (observed - (base + seasonal)) * days.present[day]
      level = base + alpha * error
      trend = slope + beta * error
      unsafe days.season[position] = seasonal + gamma * error
      sum += error * error
      if let errors = unsafe days.errors { unsafe errors[day] = error }
      position += 1
      if unsafe position == days.length { position = 0 }
    }
    firstLevel = level
    firstTrend = trend
    return sum
  }

  private static func multiplicative(
    _ days: Days, _ alpha: Lanes, _ beta: Lanes, _ gamma: Lanes, _ phi: Lanes,
    _ firstLevel: inout Lanes, _ firstTrend: inout Lanes
  ) -> Lanes {
    let smallest = Lanes(repeating: SmoothingFilter.smallest)
    var level = firstLevel
    var trend = firstTrend
    var sum = Lanes(repeating: 0)
    var position = 0
    let count = unsafe days.count
    for day in 0..<count {
      let slope = phi * trend
      let base = level + slope
      let seasonal = unsafe days.season[position]
      let observed = unsafe Lanes(repeating: days.values[day])
      let error = unsafe (observed - base * seasonal) * days.present[day]
      let perLevel = error / seasonal.replacing(with: smallest, where: seasonal .< smallest)
      level = base + alpha * perLevel
      trend = slope + beta * perLevel
      let perSeason = error / base.replacing(with: smallest, where: base .< smallest)
      unsafe days.season[position] = seasonal + gamma * perSeason
      sum += error * error
      if let errors = unsafe days.errors { unsafe errors[day] = error }
      position += 1
      if unsafe position == days.length { position = 0 }
    }
    firstLevel = level
    firstTrend = trend
    return sum
  }
}
