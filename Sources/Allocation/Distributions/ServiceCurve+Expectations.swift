import Glibc

extension ServiceCurve {
  /// The demand that is not exceeded with probability `level`.
  public func quantile(level: Double) -> Double {
    quantile(score: NormalDistribution.quantile(level))
  }

  /// The demand at a normal score.
  public func quantile(score: Double) -> Double {
    guard let index = piece(at: score) else { return least }
    return pieces[index].quantile(score)
  }

  /// The probability of at most so much demand.
  public func probability(atMost demand: Double) -> Double {
    guard demand >= least else { return 0 }
    return NormalDistribution.probability(atMost: score(of: demand))
  }

  /// The expected demand above a stock, E[(X - x)+].
  public func shortage(above stock: Double) -> Double {
    guard stock >= least else { return pieces[0].shortage + (least - stock) }
    return shortage(score: score(of: stock))
  }

  /// The same demand over a lead time that itself varies by `leadTimeDeviation` days. Variances
  /// add: at each score the squares of what lies above the mean and of
  /// `score * meanPerDay * leadTimeDeviation`, each with its sign, so that quantiles still ascend.
  /// For normal demand that is sqrt(L sigma^2 + d^2 sigma_L^2) (Silver, Pyke and Thomas, 6.7.14).
  public func widened(meanPerDay: Double, leadTimeDeviation: Double) -> ServiceCurve {
    let spread = meanPerDay * leadTimeDeviation
    guard spread > 0 else { return self }
    let wide = zip(scores, quantiles).map { score, quantile in
      let (excess, added) = (quantile - mean, score * spread)
      let square = excess * abs(excess) + added * abs(added)
      return mean + (square < 0 ? -(-square).squareRoot() : square.squareRoot())
    }
    return ServiceCurve(mean: mean, scores: scores, quantiles: wide)
  }
}

extension ServiceCurve.Piece {
  @inline(__always) func quantile(_ at: Double) -> Double { quantile + slope * (at - score) }
}

extension ServiceCurve {
  /// The least demand there can be.
  var least: Double { pieces[0].quantile }

  /// The piece in which a score lies; nothing before the first.
  func piece(at score: Double) -> Int? {
    var index = pieces.count - 1
    while index >= 0, pieces[index].score > score { index -= 1 }
    return index >= 0 ? index : nil
  }

  /// The largest score at which demand is at most so much, which is not below `least`.
  func score(of demand: Double) -> Double {
    var index = pieces.count - 1
    while index > 0, pieces[index].quantile > demand { index -= 1 }
    let piece = pieces[index]
    let end = index + 1 < pieces.count ? pieces[index + 1].score : .infinity
    guard piece.slope > 0 else { return min(end, Self.farthest) }
    return min(piece.score + (demand - piece.quantile) / piece.slope, end)
  }

  /// The expected demand above the quantile at a score.
  func shortage(score: Double) -> Double {
    guard let index = piece(at: score) else { return pieces[0].shortage }
    return shortage(score: score, in: pieces[index])
  }

  @inline(__always)
  func shortage(score: Double, in piece: Piece) -> Double {
    max(0, piece.slope * NormalDistribution.loss(score) + piece.offset)
  }

  /// The least stock above which no more than `shortage` is expected, and the score at which it is
  /// the quantile; infinite scores do not come.
  func stock(shortage: Double) -> (stock: Double, score: Double) {
    guard shortage < pieces[0].shortage else {
      return (least - (shortage - pieces[0].shortage), pieces[0].score)
    }
    var index = 0
    while index + 1 < pieces.count, pieces[index + 1].shortage > shortage { index += 1 }
    let piece = pieces[index]
    let end = index + 1 < pieces.count ? pieces[index + 1].score : Self.farthest
    guard piece.slope > 0 else { return (piece.quantile, piece.score) }
    let loss = (shortage - piece.offset) / piece.slope
    let score = Self.score(loss: loss, from: piece.score, to: max(end, piece.score))
    return (piece.quantile(score), score)
  }

  /// The score with a loss. The logarithm of the loss is concave and falls, so that Newton's steps
  /// come from the right from the second on.
  private static func score(loss: Double, from low: Double, to high: Double) -> Double {
    guard loss > 0 else { return high }
    let wanted = log(loss)
    var score = high - low > 4 ? max(low, 0) : low + (high - low) / 2
    for _ in 0..<60 {
      let here = NormalDistribution.loss(score)
      guard here > 0 else {
        score -= 1
        continue
      }
      let slope = NormalDistribution.probability(above: score) / here
      let next = min(max(score + (log(here) - wanted) / slope, low), high)
      if abs(next - score) <= 1e-14 * max(1, abs(next)) { return next }
      score = next
    }
    return score
  }
}
