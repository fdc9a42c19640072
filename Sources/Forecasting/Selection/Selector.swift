/// Chooses a model for a series by what it does on the end of its history. It knows models by the
/// registry alone.
struct Selector {
  /// What a candidate must be better by than one that is preferred to it.
  private static let margin = 0.98

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
    var candidates: [Candidate] = []
    guard let backtest = Backtest(history, horizon: settings.horizon) else {
      return untested(history, settings: settings)
    }
    var best: Trial?
    for family in families(settings) {
      do {
        let trial = try trial(family, backtest, settings)
        let isScored = trial.score.isFinite
        candidates.append(
          Candidate(
            name: family.name,
            outcome: isScored ? .scored(trial.score * history.scale) : .refused(.diverged)))
        guard isScored else { continue }
        if let leader = best, trial.score >= Self.margin * leader.score { continue }
        best = trial
      } catch {
        candidates.append(Candidate(name: family.name, outcome: .refused(error)))
      }
    }
    guard let best else {
      var choice = fallback(history)
      choice.candidates = candidates
      return choice
    }
    let calibration = backtest.calibration(best.paths)
    // The training part chose; the whole history has the last word on the parameters.
    let refitted = try? best.family.fit(history, settings: settings, start: best.model)
    return Choice(
      name: best.family.name, model: refitted ?? best.model, calibration: calibration,
      accuracy: backtest.accuracy(best.paths, calibration: calibration, shape: shape),
      candidates: candidates)
  }

  private func trial(
    _ family: any ModelFamily, _ backtest: Backtest, _ settings: FitSettings
  ) throws(Refusal) -> Trial {
    let model = try family.fit(backtest.training, settings: settings, start: nil)
    let paths = model.paths(
      backtest.history, origins: backtest.origins, horizon: backtest.horizon)
    return Trial(family: family, model: model, paths: paths, score: backtest.score(paths))
  }

  /// The candidates asked for, in the registry's order.
  private func families(_ settings: FitSettings) -> [any ModelFamily] {
    registry.families.filter { settings.candidates.contains($0.name) }
  }

  /// A history that is too short to test takes the first model that takes it.
  private func untested(_ history: History, settings: FitSettings) -> Choice {
    var candidates: [Candidate] = []
    for family in families(settings) {
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
    var choice = fallback(history)
    choice.candidates = candidates
    return choice
  }

  private func fallback(_ history: History) -> Choice {
    Choice(
      name: .fallback, model: RobustMean(), calibration: Calibration(), accuracy: AccuracySum(),
      candidates: [])
  }
}
