/// Chooses a model for a series by what it does on the end of its history. It knows models by the
/// registry alone.
struct Selector {
  /// What a candidate's error must be, as a part of that of one preferred to it. A few overlapping
  /// windows are a noisy judge: nearer to 1 the selection loses to its own first candidate.
  private static let margin = 0.8

  let registry: ModelRegistry

  /// What was chosen, and why.
  struct Choice {
    var name: ModelName
    var model: any FittedModel
    var calibration: Calibration
    var accuracy: AccuracySum
    var candidates: [Candidate]
  }

  /// A candidate that was fitted to the training part.
  private struct Trial {
    var family: any ModelFamily
    var model: any FittedModel
    var paths: [Path]
    var score: Double
  }

  func choose(_ history: History, settings: FitSettings, shape: Shape) -> Choice {
    var families = registry.families.filter { settings.candidates.contains($0.name) }
    // What the last resort does is tested like any other, for its spread and its accuracy.
    guard let backtest = Backtest(history, horizon: settings.horizon) else {
      families.append(registry.lastResort)
      return untested(history, families: families, settings: settings)
    }
    var candidates: [Candidate] = []
    var best = compete(families, backtest, settings, &candidates)
    best = best ?? compete([registry.lastResort], backtest, settings, &candidates)
    guard let best else {
      return untested(history, families: [registry.lastResort], settings: settings)
    }
    let calibration = backtest.calibration(best.paths)
    // The training part chose; the whole history has the last word on the parameters.
    let refitted = try? best.family.fit(history, settings: settings, start: best.model)
    return Choice(
      name: best.family.name, model: refitted ?? best.model, calibration: calibration,
      accuracy: backtest.accuracy(best.paths, calibration: calibration, shape: shape),
      candidates: candidates)
  }

  /// The best of `families`, if one takes the history; notes what came of each.
  private func compete(
    _ families: [any ModelFamily], _ backtest: Backtest, _ settings: FitSettings,
    _ candidates: inout [Candidate]
  ) -> Trial? {
    var best: Trial?
    var trials: [Trial] = []
    for family in families {
      if let blend = family as? BlendFamily, blend.isOf(families.map(\.name)) {
        guard let trial = blended(blend, trials, backtest, &candidates) else { continue }
        // It stands for its better part; one that is ahead of both must be beaten like by others.
        if let leader = best, !blend.isMade(of: leader.family.name),
          trial.score >= Self.margin * leader.score
        {
          continue
        }
        best = trial
        continue
      }
      do {
        let trial = try trial(family, backtest, settings)
        trials.append(trial)
        let outcome = Candidate.Outcome.scored(trial.score * backtest.history.scale)
        candidates.append(Candidate(name: family.name, outcome: outcome))
        if let leader = best, trial.score >= Self.margin * leader.score { continue }
        best = trial
      } catch {
        candidates.append(Candidate(name: family.name, outcome: .refused(error)))
      }
    }
    return best
  }

  /// The blend of two trials, if it does the series good; notes what came of it. Where a part was
  /// refused, that says why there is none.
  private func blended(
    _ blend: BlendFamily, _ trials: [Trial], _ backtest: Backtest,
    _ candidates: inout [Candidate]
  ) -> Trial? {
    guard let one = trials.first(where: { $0.family.name == .smoothing }),
      let other = trials.first(where: { $0.family.name == .arima })
    else { return nil }
    do {
      try blend.check(backtest.history, errors: (one.score, other.score))
    } catch {
      candidates.append(Candidate(name: blend.name, outcome: .refused(error)))
      return nil
    }
    let model = BlendModel(smoothing: one.model, arima: other.model)
    let paths = BlendModel.mean(one.paths, other.paths)
    let score = backtest.score(paths)
    let outcome = Candidate.Outcome.scored(score * backtest.history.scale)
    candidates.append(Candidate(name: blend.name, outcome: outcome))
    return Trial(family: blend, model: model, paths: paths, score: score)
  }

  private func trial(
    _ family: any ModelFamily, _ backtest: Backtest, _ settings: FitSettings
  ) throws(Refusal) -> Trial {
    var settings = settings
    settings.isTrial = true
    let model = try family.fit(backtest.training, settings: settings, start: nil)
    let paths = model.paths(
      backtest.history, origins: backtest.origins, horizon: backtest.horizon)
    let score = backtest.score(paths)
    guard score.isFinite else { throw .diverged }
    return Trial(family: family, model: model, paths: paths, score: score)
  }

  /// A history that is too short to test takes the first model that takes it.
  private func untested(
    _ history: History, families: [any ModelFamily], settings: FitSettings
  ) -> Choice {
    var candidates: [Candidate] = []
    for family in families {
      do {
        let model = try family.fit(history, settings: settings, start: nil)
        candidates.append(Candidate(name: family.name, outcome: .untested))
        return Choice(
          name: family.name, model: model, calibration: Calibration(), accuracy: AccuracySum(),
          candidates: candidates)
      } catch {
        candidates.append(Candidate(name: family.name, outcome: .refused(error)))
      }
    }
    // The last resort is among the families and takes everything.
    return Choice(
      name: .fallback, model: RobustMean(), calibration: Calibration(), accuracy: AccuracySum(),
      candidates: candidates)
  }
}
