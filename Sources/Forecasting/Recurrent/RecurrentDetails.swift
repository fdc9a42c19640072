/// What a series' network rests on.
public struct RecurrentDetails: Equatable, Sendable {
  /// What a series learned for itself.
  public struct Own: Equatable, Sendable {
    /// The validation loss before the first step and after each that was looked at.
    public let losses: [Float]
    /// The step that was best.
    public let bestStep: Int
    /// How strongly it was pulled towards the shared weights.
    public let pull: Float
    /// What the best step gains over the shared weights: a part of their loss.
    public let gain: Float
    /// Whether its own weights are used.
    public let isUsed: Bool
    /// What went wrong, where something did.
    public let trouble: String?
  }

  /// The shared network.
  public let network: UInt64
  /// How it was made; nil where it is gone.
  public let lesson: SharedNetwork.Lesson?
  /// What it reads beside the demand; empty where it is gone.
  public let columns: [String]
  /// What the series made of it; nil where it was not taught by itself.
  public let own: Own?

  init(_ identity: UInt64, _ network: SharedNetwork?, own tuning: OwnTuning?) {
    self.network = identity
    lesson = network?.lesson
    columns = network?.columns ?? []
    own = tuning.map {
      Own(
        losses: $0.losses, bestStep: $0.bestStep, pull: $0.pull, gain: $0.gain,
        isUsed: $0.difference != nil, trouble: $0.trouble)
    }
  }
}
