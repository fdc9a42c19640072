/// The demand of a lead time as its quantiles, joined linearly in their normal scores: exact where
/// demand is normal, and every expectation of it has a closed form.
///
/// With x(z) the quantile at score z, Z a standard normal variable and L its loss,
///
///     E[(X - x(z))+] = integral from z of (1 - Phi(t)) x'(t) dt
///                    = sum over the pieces beyond z of slope (L(from) - L(to)).
public struct ServiceCurve: Sendable {
  /// One reference instead of an array or two, since curves are handed on wherever a pair is.
  private let knots: Knots

  private final class Knots: Sendable {
    let mean: Double, scores: [Double], quantiles: [Double], pieces: [Piece]

    init(mean: Double, scores: [Double], quantiles: [Double]) {
      self.mean = mean
      self.scores = scores
      self.quantiles = quantiles
      pieces = ServiceCurve.pieces(scores, quantiles)
    }
  }

  /// A straight piece of the curve.
  struct Piece: Equatable, Sendable {
    /// Where it begins, and how steep it is.
    var score: Double, quantile: Double, slope: Double
    /// The expected demand above `quantile`, and the probability of it.
    var shortage = 0.0, above = 0.0
    /// At a score in this piece the shortage is `slope * loss(score) + offset`.
    var offset = 0.0
  }

  /// The least stock that is kept, without any safety stock: the mean, though never less than the
  /// least demand; with its score and the shortage above it.
  let floor: Double
  private(set) var floorScore = 0.0, floorShortage = 0.0

  /// Makes a curve. Beyond the first and the last score it goes on as between its neighbours; below
  /// 0 it is 0.
  public init(mean: Double, scores: [Double], quantiles: [Double]) {
    precondition(scores.count == quantiles.count && scores.count >= 2, "a curve needs two points")
    knots = Knots(mean: mean, scores: scores, quantiles: quantiles)
    floor = max(mean, knots.pieces[0].quantile)
    floorScore = max(score(of: floor), pieces[0].score)
    floorShortage = shortage(above: floor)
  }

  /// The expected demand, as it was forecast; safety stock is what lies above it.
  public var mean: Double { knots.mean }
  /// Normal scores, ascending, at least two.
  public var scores: [Double] { knots.scores }
  /// The quantile at each score, ascending.
  public var quantiles: [Double] { knots.quantiles }
  /// The pieces beyond which demand is not below 0, the last without end. Before the first of them
  /// demand is its quantile.
  var pieces: [Piece] { knots.pieces }

  /// Whether it is one: numbers, ascending.
  var isSound: Bool {
    guard mean >= 0, mean <= Pair.most else { return false }
    for index in scores.indices {
      guard abs(scores[index]) <= Self.farthest, abs(quantiles[index]) <= Pair.most else {
        return false
      }
      guard index > 0 else { continue }
      guard scores[index] > scores[index - 1], quantiles[index] >= quantiles[index - 1] else {
        return false
      }
    }
    return true
  }

  /// Beyond this score nothing has a probability that a `Double` can tell from 0.
  static let farthest = 37.0

  private static func pieces(_ scores: [Double], _ quantiles: [Double]) -> [Piece] {
    var pieces: [Piece] = []
    var slope = 0.0
    for index in scores.indices {
      let next = index + 1
      if next < scores.count {
        slope = max(0, (quantiles[next] - quantiles[index]) / (scores[next] - scores[index]))
      }
      let piece = Piece(score: scores[index], quantile: quantiles[index], slope: slope)
      let end = next < scores.count ? quantiles[next] : .infinity
      if pieces.isEmpty {
        // The first piece goes back, or forth, to where it is 0.
        guard end > 0 || next == scores.count else { continue }
        let goesBack = piece.quantile <= 0 || index == 0
        if goesBack, slope > 0 {
          let zero = piece.score - piece.quantile / slope
          pieces.append(Piece(score: zero, quantile: 0, slope: slope))
          continue
        }
      }
      pieces.append(
        Piece(score: piece.score, quantile: max(0, piece.quantile), slope: slope))
    }
    var (end, shortage) = (0.0, 0.0)
    for index in pieces.indices.reversed() {
      let isLast = index == pieces.count - 1
      let (score, slope) = (pieces[index].score, pieces[index].slope)
      pieces[index].offset = isLast ? 0 : shortage - slope * end
      // The piece before ends here.
      end = NormalDistribution.loss(score)
      shortage = slope * end + pieces[index].offset
      pieces[index].shortage = shortage
      pieces[index].above = NormalDistribution.probability(above: score)
    }
    return pieces
  }
}

extension ServiceCurve: Equatable {
  /// Whether the numbers are the same.
  public static func == (left: ServiceCurve, right: ServiceCurve) -> Bool {
    left.knots === right.knots
      || (left.mean == right.mean && left.scores == right.scores
        && left.quantiles == right.quantiles)
  }
}
