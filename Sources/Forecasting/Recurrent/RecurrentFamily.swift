import Packing

/// Networks with memory: the shared one of the run, or what a series made of it.
struct RecurrentFamily: ModelFamily {
  private static let fewestPoints = 3

  let name = ModelName.lstm
  /// The run's network; where models are only read, those that are at hand.
  var network: SharedNetwork?
  var known: [SharedNetwork] = []
  /// What the series at hand learned before.
  var tuning: OwnTuning?

  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel {
    guard let network else { throw .unfit("no shared network was learned in this run") }
    if let trouble = network.lesson.trouble { throw .unfit("no shared network: \(trouble)") }
    if settings.isCompetition, !network.isCompetitor {
      guard network.lesson.againstSmoothing != nil else {
        throw .unfit("no series was long enough to compare the network with smoothing")
      }
      let more = min(1e6, ((network.lesson.againstSmoothing ?? 1) - 1) * 100)
      throw .unfit("over all series its backtests err by \(Int(more)) % more than smoothing's")
    }
    guard history.season == network.recipe.season else {
      throw .unfit("the shared network is for a season of \(network.recipe.season)")
    }
    guard history.observedCount >= Self.fewestPoints else {
      throw .tooFewPoints(has: history.observedCount, needs: Self.fewestPoints)
    }
    // A first trial must not know the days that it is tried on; what is fitted last knows all.
    return RecurrentFitted(
      network: network, isWhole: !settings.isTrial, tuning: tuning,
      history: history)
  }

  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel {
    try RecurrentFitted(from: &reader, networks: known)
  }
}
