import Glibc

/// Lots and safety stocks for a cost of each missing unit: the (r, Q) policy with the expected
/// shortage of a cycle (Hadley and Whitin 1963, 4-2; Snyder and Shen, 5.2).
///
/// For a lot the best safety stock has perShortage P(X > r) = perSafety Q + perBoth, so that along
/// the curve Q(z) is known, and the Lagrangian's slope in Q has the sign of
///
///     h(z) = perUnit Q(z)^2 - (perOrder + perBoth s + perShortage G)
///
/// In a piece of slope b, h' = Q perSafety (b - 2 perUnit perShortage phi(z) / perSafety^2): h turns
/// where phi does what is said there, at most twice, and at known scores. Between them it is
/// monotonous, and each fall through 0 is a least: all of them are found, which alternating between
/// lot and reorder point, as textbooks do, would not promise.
struct CostLots {
  let curve: ServiceCurve

  private static let steps = 80
  private static let tolerance = 1e-13

  init(_ curve: ServiceCurve) {
    self.curve = curve
  }

  /// The best safety stock of a lot, the shortage above it, and the score where it is not the least.
  func safety(
    lot: Double, _ terms: LotTerms
  ) -> (safety: Double, shortage: Double, score: Double?) {
    let atFloor = (curve.floor - curve.mean, curve.floorShortage, Double?.none)
    guard terms.perShortage > 0 else { return atFloor }
    let wanted = (terms.perSafety * lot + terms.perBoth) / terms.perShortage
    guard wanted < NormalDistribution.probability(above: curve.floorScore) else { return atFloor }
    let score = Self.score(above: wanted)
    let stock = curve.quantile(score: score)
    guard stock > curve.floor else { return atFloor }
    return (stock - curve.mean, curve.shortage(score: score), score)
  }

  /// The score that is exceeded with a probability, also with the least.
  private static func score(above probability: Double) -> Double {
    guard probability > 0 else { return ServiceCurve.farthest }
    var score = -NormalDistribution.quantile(probability)
    guard probability < 1e-8 else { return score }
    for _ in 0..<12 {
      let above = NormalDistribution.probability(above: score)
      let density = NormalDistribution.density(score)
      guard above > 0, density > 0 else { break }
      score = min(score + log(above / probability) * above / density, ServiceCurve.farthest)
    }
    return score
  }

  /// Every lot that is better than those beside it, with the safety stock at its least among them.
  func leasts(_ terms: LotTerms) -> [Double] {
    var lots = [terms.lot(safety: curve.floor - curve.mean, shortage: curve.floorShortage)]
    guard terms.perShortage > 0, terms.perSafety > 0 else { return lots }
    let first = curve.piece(at: curve.floorScore) ?? 0
    for index in first..<curve.pieces.count {
      let piece = curve.pieces[index]
      let low = max(piece.score, curve.floorScore)
      let end =
        index + 1 < curve.pieces.count ? curve.pieces[index + 1].score : ServiceCurve.farthest
      guard low < end else { continue }
      // phi(z) where h turns.
      let turn =
        piece.slope * terms.perSafety * terms.perSafety / (2 * terms.perUnit * terms.perShortage)
      let square = -2 * log(turn * (2 * Double.pi).squareRoot())
      let at = square > 0 ? min(square.squareRoot(), ServiceCurve.farthest) : 0
      // Scores at which h may turn, ascending: it falls between the two at most.
      let from = max(low, -at)
      let to = min(end, at)
      if from < to, let lot = fall(piece, from: from, to: to, terms) { lots.append(lot) }
    }
    return lots
  }

  /// The lot at a score, and h there.
  private func balance(
    _ piece: ServiceCurve.Piece, _ score: Double, _ terms: LotTerms
  ) -> (lot: Double, value: Double) {
    let above = NormalDistribution.probability(above: score)
    let lot = max(0, terms.perShortage * above - terms.perBoth) / terms.perSafety
    let safety = piece.quantile(score) - curve.mean
    let ordered =
      terms.perOrder + terms.perBoth * safety
      + terms.perShortage * curve.shortage(score: score, in: piece)
    return (lot, terms.perUnit * lot * lot - ordered)
  }

  /// Where h falls through 0, if it does.
  private func fall(
    _ piece: ServiceCurve.Piece, from: Double, to: Double, _ terms: LotTerms
  ) -> Double? {
    var (low, high) = (from, to)
    guard balance(piece, low, terms).value > 0 else { return nil }
    let last = balance(piece, high, terms)
    guard last.value <= 0 else { return nil }
    var (score, lot) = (low + (high - low) / 2, last.lot)
    for _ in 0..<Self.steps {
      let value: Double
      (lot, value) = balance(piece, score, terms)
      if value > 0 { low = score } else { high = score }
      let slope =
        lot * terms.perSafety
        * (piece.slope - 2 * terms.perUnit * terms.perShortage
          * NormalDistribution.density(score) / (terms.perSafety * terms.perSafety))
      var next = score - value / slope
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      let moved = abs(next - score)
      score = next
      if moved <= Self.tolerance * max(1, abs(score)) { break }
    }
    return balance(piece, score, terms).lot
  }
}
