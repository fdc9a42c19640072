import Glibc

/// Lots and safety stocks that meet a share of demand: of a cycle's demand Q at most (1 - share) Q
/// is missing, so that G(mean + s) = (1 - share) Q with G the expected shortage.
///
/// s falls with Q, ds/dQ = -t with t = (1 - share) / P(X > mean + s), and is convex, as P rises
/// with Q. So the Lagrangian is convex in Q and its least is where its slope is 0, or at the lot
/// from which on no safety stock is needed. Both are looked for along the curve: Q and t have
/// closed forms in the normal score z, none in Q.
struct FillLots {
  let curve: ServiceCurve
  /// The share that may be missing.
  let missing: Double

  private static let steps = 60
  private static let tolerance = 1e-11

  init(_ curve: ServiceCurve, target: Double) {
    self.curve = curve
    missing = 1 - target
  }

  /// The safety stock that a lot needs.
  func safety(lot: Double) -> Double {
    let wanted = missing * lot
    guard wanted < curve.floorShortage else { return curve.floor - curve.mean }
    return max(curve.floor, curve.stock(shortage: wanted).stock) - curve.mean
  }

  /// The same where reorder points lie on a grid.
  func safety(lot: Double, _ grid: ReorderGrid) -> Double {
    grid.safety(grid.serving(shortage: missing * lot))
  }

  /// By how much a unit more of the lot lessens the safety stock, and how fast that falls; nothing
  /// where no safety stock is needed, or where it stays for some lots.
  func slope(lot: Double, score known: Double?) -> (first: Double, second: Double)? {
    let wanted = missing * lot
    guard wanted < curve.floorShortage else { return nil }
    let score = known ?? curve.stock(shortage: wanted).score
    guard score > curve.floorScore, let index = curve.piece(at: score) else { return nil }
    let above = NormalDistribution.probability(above: score)
    let slope = curve.pieces[index].slope
    guard above > 0 else { return nil }
    let first = missing / above
    guard slope > 0 else { return (first, .infinity) }
    return (first, first * first * NormalDistribution.density(score) / (slope * above))
  }

  /// The best of all lots with its safety stock and score.
  struct Best {
    var lot: Double, safety: Double
    /// Where the reorder point is the quantile; nothing where no safety stock is needed.
    var score: Double?
    /// The lot from which on no safety stock is needed stays the best for a while.
    var isCorner = false
  }

  /// The best of all lots.
  func best(_ terms: LotTerms) -> Best {
    let atFloor = curve.floor - curve.mean
    let free = terms.lot(safety: atFloor)
    let first = curve.floorShortage / missing
    guard free < first else { return Best(lot: free, safety: atFloor) }
    let above = NormalDistribution.probability(above: curve.floorScore)
    guard balance(first, atFloor, above, terms) > 0 else {
      return Best(lot: first, safety: atFloor, isCorner: true)
    }
    // Up the pieces while the slope of the Lagrangian stays positive.
    var index = curve.piece(at: curve.floorScore) ?? 0
    while index + 1 < curve.pieces.count {
      let next = curve.pieces[index + 1]
      let value = balance(
        next.shortage / missing, next.quantile - curve.mean, next.above, terms)
      guard value > 0 else { break }
      index += 1
    }
    let (piece, score) = (curve.pieces[index], score(index, terms))
    return Best(
      lot: curve.shortage(score: score, in: piece) / missing,
      safety: max(curve.floor, piece.quantile(score)) - curve.mean, score: score)
  }

  /// The sign of the Lagrangian's slope in Q, as what holding costs less what ordering does.
  private func balance(
    _ lot: Double, _ safety: Double, _ above: Double, _ terms: LotTerms
  ) -> Double {
    guard above > 0, lot > 0 else { return -1 }
    let fall = missing / above
    return lot * lot * (terms.perUnit - terms.perSafety * fall)
      - ((terms.perOrder + terms.perBoth * safety) + terms.perBoth * fall * lot)
  }

  /// The root in a piece: Newton on the logarithms of both sides, which are nearly straight,
  /// between bounds that close in.
  private func score(_ index: Int, _ terms: LotTerms) -> Double {
    let piece = curve.pieces[index]
    var low = max(piece.score, curve.floorScore)
    let isLast = index + 1 == curve.pieces.count
    var high = isLast ? ServiceCurve.farthest : curve.pieces[index + 1].score
    // Where all of a lot's holding cost is saved in safety stock, the slope is negative; without a
    // cost of orders that is the root.
    let saving = missing * terms.perSafety / terms.perUnit
    if saving > 1e-9 {
      high = min(high, max(low, -NormalDistribution.quantile(saving)))
      if terms.perOrder == 0, terms.perBoth == 0 { return high }
    }
    var score = high - low > 1 ? low + 0.5 : low + (high - low) / 2
    for _ in 0..<Self.steps {
      let density = NormalDistribution.density(score)
      let above = NormalDistribution.probability(above: score)
      let loss = density - score * above
      let lot = max(0, piece.slope * loss + piece.offset) / missing
      let fall = missing / above
      let safety = piece.quantile(score) - curve.mean
      let perLot = terms.perUnit - terms.perSafety * fall
      let (held, ordered) = (
        lot * lot * perLot, terms.perOrder + terms.perBoth * (safety + fall * lot)
      )
      if held > ordered { low = score } else { high = score }
      let turn = fall * density / above
      let heldSlope = -(2 * lot * piece.slope * perLot / fall + lot * lot * terms.perSafety * turn)
      let orderedSlope = terms.perBoth * turn * lot
      var next = Double.nan
      if held > 0, ordered > 0 {
        next = score - log(held / ordered) / (heldSlope / held - orderedSlope / ordered)
      }
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      let moved = abs(next - score)
      score = next
      if moved <= Self.tolerance { break }
    }
    return score
  }
}
