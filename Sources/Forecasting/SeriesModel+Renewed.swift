import Packing

extension SeriesModel {
  /// The model after the days that have come since: one that can go on takes them through its
  /// filters. One that cannot is fitted again, and so is one whose errors have changed, whose past
  /// was corrected, or that was asked for otherwise than now.
  public func renewed(
    _ y: [Double], regressors: [SeriesRegressor] = [], context: SeriesContext = SeriesContext(),
    settings: FitSettings
  ) -> (model: SeriesModel, outcome: Renewal) {
    renewed(
      SeriesInput(values: y, regressors: regressors, context: context), settings: settings)
  }

  func renewed(
    _ input: SeriesInput, settings: FitSettings
  ) -> (model: SeriesModel, outcome: Renewal) {
    let history = input.history(season: season, scale: scale)
    let taken: TakenDays
    if FitSettings(season: settings.season).season != season {
      taken = .refit("the season is \(settings.season) now and was \(season)")
    } else if settings.digest(input) != asked {
      taken = .refit("the models, their settings or the regressors are others now")
    } else {
      taken = model.taking(history)
    }
    switch taken {
    case .kept(let model, let newDays):
      let outcome = Renewal.kept(newDays: newDays)
      return (SeriesModel(self, model: model, renewal: outcome), outcome)
    case .refit(let reason):
      let fitted = SeriesModel.fit([input], settings: settings)[0]
      let outcome = Renewal.refitted(reason)
      return (SeriesModel(fitted, model: fitted.model, renewal: outcome), outcome)
    }
  }
}

extension FitSettings {
  /// A digest of what decides which model is found: not the horizon, which only measures, and not
  /// the seed.
  func digest(_ input: SeriesInput) -> UInt64 {
    var writer = ByteWriter(capacity: 64)
    writer.count(season)
    writer.count(longSeasons.count)
    for season in longSeasons { writer.zigzag(Int64(season)) }
    let names = Set(candidates.map(\.rawValue)).sorted()
    writer.blob(names)
    writer.string("\(arima)")
    // Without a network nothing is added, so that earlier digests hold.
    if usesNetwork {
      writer.string("\(recurrent)")
      // One of its own is not known before the fit.
      writer.fixed(recurrent.sharing == .none ? 0 : network?.identity ?? 0)
    }
    writer.count(input.regressors.count)
    for regressor in input.regressors {
      writer.string(regressor.name)
      writer.string("\(regressor.beyond)")
    }
    // Not their days: those that models use are in the digest of the past.
    let events = input.context.recurringEvents(input.values.count)
    if !events.isEmpty { writer.count(events.count) }
    for event in events { writer.string(event.name) }
    return XXH64.hash(writer.bytes)
  }
}
