/// Solves for the first state of a smoothing model with its weights held.
///
/// The one-step errors of an additive model are linear in the first state, and nearly so in a
/// multiplicative one: filter the history once for each number of the state, that number moved,
/// take the differences as columns, and one least squares step is the answer (Gauss-Newton).
enum SmoothingStateSolver {
  typealias Lanes = SmoothingLanes.Lanes

  /// How far a number is moved, in the history's scale.
  private static let nudge = 0x1p-10

  /// The better state, or nothing where the equations have no answer.
  static func solve(
    _ history: History, form: SmoothingForm, weights: SmoothingWeights, state: SmoothingState
  ) -> SmoothingState? {
    let unknowns = form.stateCount(season: history.season)
    let moments = moments(history, form: form, weights: weights, state: state, unknowns: unknowns)
    guard let change = LeastSquares.solve(moments, unknowns: unknowns) else { return nil }
    var moved = state
    for index in 0..<unknowns { move(&moved, unknown: index, by: change[index], form: form) }
    if form.season == .multiplicative {
      guard moved.level > 0, moved.season.allSatisfy({ $0 > 0.01 }) else { return nil }
    }
    return moved
  }

  /// Moves one free number of the state; the last position of a season takes up what the others do.
  private static func move(
    _ state: inout SmoothingState, unknown: Int, by change: Double, form: SmoothingForm
  ) {
    let trends = form.trend == .none ? 0 : 1
    if unknown == 0 {
      state.level += change
    } else if unknown <= trends {
      state.trend += change
    } else {
      state.season[unknown - 1 - trends] += change
      state.season[state.season.count - 1] -= change
    }
  }

  /// The products of the columns, (1 + unknowns) rows of 8-lane blocks: column 0 is the errors as
  /// they are, column j the change of the errors with unknown j - 1.
  private static func moments(
    _ history: History, form: SmoothingForm, weights: SmoothingWeights, state: SmoothingState,
    unknowns: Int
  ) -> [Double] {
    let columns = unknowns + 1
    let blocks = (columns + 7) / 8
    let days = history.count
    var products = [Lanes](repeating: Lanes(repeating: 0), count: columns * blocks)
    unsafe withUnsafeTemporaryAllocation(of: Lanes.self, capacity: max(1, blocks * days)) { all in
      unsafe all.initialize(repeating: Lanes(repeating: 0))
      guard let errors = all.baseAddress else { return }
      for block in 0..<blocks {
        var lanes = SmoothingLanes(form: form, state: state)
        for lane in 0..<8 {
          lanes.set(weights, lane: lane)
          let column = block * 8 + lane
          guard column > 0, column < columns else { continue }
          var moved = state
          move(&moved, unknown: column - 1, by: nudge, form: form)
          lanes.level[lane] = moved.level
          lanes.trend[lane] = moved.trend
          for position in moved.season.indices {
            lanes.season[position][lane] = moved.season[position]
          }
        }
        unsafe _ = lanes.record(
          history, multiplicative: form.season == .multiplicative, into: errors + block * days)
      }
      unsafe products.withUnsafeMutableBufferPointer { products in
        guard let products = products.baseAddress else { return }
        unsafe accumulate(errors, days: days, columns: columns, blocks: blocks, into: products)
      }
    }
    return (0..<columns * columns).map { index in
      let column = index % columns
      return products[index / columns * blocks + column / 8][column % 8]
    }
  }

  /// errors: blocks x days; products: columns x blocks.
  private static func accumulate(
    _ errors: UnsafeMutablePointer<Lanes>, days: Int, columns: Int, blocks: Int,
    into products: UnsafeMutablePointer<Lanes>
  ) {
    let scale = Lanes(repeating: 1 / nudge)
    for day in 0..<days {
      let base = unsafe errors[day][0]
      for block in 0..<blocks {
        let at = block * days + day
        unsafe errors[at] = (errors[at] - Lanes(repeating: base)) * scale
      }
      unsafe errors[day][0] = base
      for row in 0..<columns {
        let factor = unsafe Lanes(repeating: errors[row / 8 * days + day][row % 8])
        for block in 0..<blocks {
          unsafe products[row * blocks + block] += factor * errors[block * days + day]
        }
      }
    }
  }
}

/// Small symmetric systems.
enum LeastSquares {
  /// The x that minimises |c0 + sum x_j c_j|^2, from the products of the columns c0...c_unknowns
  /// (row by row). A trace of ridge keeps numbers finite that the data says nothing of.
  static func solve(_ moments: [Double], unknowns: Int) -> [Double]? {
    let width = unknowns + 1
    var factor = [Double](repeating: 0, count: unknowns * unknowns)
    var solution = [Double](repeating: 0, count: unknowns)
    var trace = 0.0
    for index in 1..<width { trace += moments[index * width + index] }
    guard trace.isFinite, trace > 0 else { return nil }
    let ridge = 1e-9 * trace / Double(unknowns)
    for row in 0..<unknowns {
      for column in 0...row {
        var sum = moments[(row + 1) * width + column + 1] + (row == column ? ridge : 0)
        for inner in 0..<column {
          sum -= factor[row * unknowns + inner] * factor[column * unknowns + inner]
        }
        if row == column {
          guard sum > 0 else { return nil }
          factor[row * unknowns + row] = sum.squareRoot()
        } else {
          factor[row * unknowns + column] = sum / factor[column * unknowns + column]
        }
      }
    }
    for row in 0..<unknowns {
      var sum = -moments[row + 1]
      for inner in 0..<row { sum -= factor[row * unknowns + inner] * solution[inner] }
      solution[row] = sum / factor[row * unknowns + row]
    }
    for row in (0..<unknowns).reversed() {
      var sum = solution[row]
      for inner in stride(from: row + 1, to: unknowns, by: 1) {
        sum -= factor[inner * unknowns + row] * solution[inner]
      }
      solution[row] = sum / factor[row * unknowns + row]
    }
    return solution.allSatisfy { $0.isFinite } ? solution : nil
  }
}
