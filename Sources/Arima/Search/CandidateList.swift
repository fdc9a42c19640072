import Glibc

/// The candidates that a search has fitted, each once, and the effort that it took.
final class CandidateList {
  /// What a search may do.
  struct Budget: Equatable, Sendable {
    /// Candidates at most.
    var candidates = 94
    /// Moves of the parameters at most, over all candidates.
    var moves = 3_000
    /// Moves for one candidate.
    var movesEach = 25
  }

  private static let searchTolerance = 0.1
  /// A candidate whose criterion is this much above the best has a seventh of its weight: a search
  /// for its last digits is not worth while.
  private static let noticed = 4.0
  static let finalTolerance = 1e-3
  static let finalMoves = 20
  /// Where good models often are: the first coordinates of ar, seasonal ar, ma and seasonal ma.
  private static let usual: [[Double]] = [
    [0, 0, 0, 0], [0.2, 0.3, 0.2, 0.3], [0.6, 0.6, 0.6, 0.6], [0.3, 0, 0, 1.5], [0, 0, 0.6, 1.5],
    [0, 0, -0.5, 1.5], [1, 0.5, 0, 0], [-0.3, 0.4, -0.3, 0.4],
  ]
  /// What a coefficient that its neighbour lacks starts from.
  private static let freshStarts = [0.0, 0.15, -0.15]

  let series: SeriesToFit
  private let budget: Budget
  private var known: Set<Candidate> = []
  /// What was fitted and not refused, in the order of the trials.
  private(set) var accepted: [FittedCandidate] = []
  private(set) var best: FittedCandidate?
  private(set) var tried = 0
  private(set) var refused = 0
  private(set) var moves = 0

  init(_ series: SeriesToFit, budget: Budget) {
    self.series = series
    self.budget = budget
  }

  /// Whether the budget ended the search.
  var isExhausted: Bool { tried >= budget.candidates || moves >= budget.moves }

  /// Fits a candidate unless it was; true if it is the best so far.
  @discardableResult
  func consider(_ candidate: Candidate) -> Bool {
    guard !isExhausted, candidate.hasConstant || !series.needsConstant,
      known.insert(candidate).inserted
    else { return false }
    tried += 1
    let order = candidate.order
    let bounds = RootBounds.search(order)
    let parameters =
      order.coefficientCount + series.columnCount + (candidate.hasConstant ? 1 : 0) + 1
    let penalty = OrderFit.penalty(parameters, count: series.count)
    guard penalty.isFinite else { return false }
    var fit = fit(candidate, bounds, starts(candidate, bounds), penalty)
    if RootBounds.refuses(fit.coefficients, of: order, count: series.count) {
      // The highest maximum of a short series is at the circle: there may be an honest one nearby.
      let none = [Double](repeating: 0, count: order.coefficientCount)
      fit = self.fit(candidate, bounds, [none], penalty)
    }
    // Where no likelihood is a number, a search stays where it began.
    let isStuck = order.coefficientCount > 0 && fit.coefficients.allSatisfy { $0 == 0 }
    guard fit.criterion.isFinite, !isStuck,
      !RootBounds.refuses(fit.coefficients, of: order, count: series.count)
    else {
      refused += 1
      return false
    }
    let fitted = FittedCandidate(candidate: candidate, fit: fit)
    accepted.append(fitted)
    guard fit.criterion < best?.fit.criterion ?? .infinity else { return false }
    best = fitted
    return true
  }

  private func fit(
    _ candidate: Candidate, _ bounds: RootBounds, _ starts: [[Double]], _ penalty: Double
  ) -> OrderFit {
    let constant = Double(series.count) * (1 + log(2 * Double.pi))
    let isAlike = best?.candidate.hasConstant == candidate.hasConstant
    let fit = series.search(candidate, bounds: bounds, isFinal: false).fit(
      starts: starts, regression: isAlike ? best?.fit.regression : nil,
      moves: max(0, min(budget.movesEach, budget.moves - moves)),
      tolerance: Self.searchTolerance,
      ceiling: (best?.fit.criterion ?? .infinity) + Self.noticed - penalty - constant)
    moves += fit.moves
    return fit
  }

  private func starts(_ candidate: Candidate, _ bounds: RootBounds) -> [[Double]] {
    let coordinates = Coordinates(candidate.order, bounds: bounds)
    var starts: [[Double]] = []
    if let best {
      let other = Coordinates(
        best.candidate.order, bounds: RootBounds.search(best.candidate.order))
      starts = Self.freshStarts.map {
        coordinates.point(from: other, best.fit.point, fresh: $0)
      }
    }
    starts += Self.usualStarts(coordinates).prefix(Lanes.scalarCount - starts.count)
    return starts
  }

  /// Points that often are near a good model.
  static func usualStarts(_ coordinates: Coordinates) -> [[Double]] {
    usual.map { values in
      var point = [Double](repeating: 0, count: coordinates.count)
      for (group, value) in zip(coordinates.groups, values) where !group.range.isEmpty {
        point[group.range.lowerBound] = value
      }
      return point
    }
  }

  /// What was accepted, the best first.
  var ranked: [FittedCandidate] {
    accepted.enumerated().sorted {
      ($0.element.fit.criterion, $0.offset) < ($1.element.fit.criterion, $1.offset)
    }.map(\.element)
  }

  /// A candidate fitted to the last digit.
  func polished(_ fitted: FittedCandidate) -> FittedCandidate {
    let candidate = fitted.candidate
    let search = series.search(candidate, bounds: RootBounds.search(candidate.order))
    let fit = search.fit(
      starts: [fitted.fit.point], moves: Self.finalMoves, tolerance: Self.finalTolerance)
    moves += fit.moves
    return FittedCandidate(candidate: candidate, fit: fit)
  }
}
