/// A model that a search may try.
struct Candidate: Hashable, Sendable {
  var order: ArimaOrder
  /// A mean, or a drift for each day where there is one difference.
  var hasConstant: Bool
}

/// A candidate with its parameters.
struct FittedCandidate: Sendable {
  let candidate: Candidate
  var fit: OrderFit
}
