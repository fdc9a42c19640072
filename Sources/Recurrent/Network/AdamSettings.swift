/// How Adam steps.
struct AdamSettings: Equatable, Sendable {
  var stepSize: Float = 1e-3
  var firstDecay: Float = 0.9
  var secondDecay: Float = 0.999
  var epsilon: Float = 1e-8
  /// Towards the anchor; 0 for none.
  var pull: Float = 0
  /// The longest gradient that is taken as it is.
  var normLimit: Float = .infinity
}
