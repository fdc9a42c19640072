/// How far the training of one lane has come: pure decisions, from its losses.
struct OwnLane {
  /// What is to be done with the lane's weights.
  enum Verdict: Equatable {
    case goOn
    /// These are the best so far.
    case keep
    /// Back to the start, with a third of the step size.
    case startAnew
  }

  let settings: OwnTraining
  /// Mean validation loss of the shared weights.
  let sharedLoss: Float
  private(set) var isActive: Bool
  private(set) var steps = 0
  private(set) var learned: OwnTraining.Learned
  private var best: Float
  private var waited = 0

  /// `startLoss` is the validation loss of the weights at the start.
  init(_ settings: OwnTraining, pull: Float, sharedLoss: Float, startLoss: Float) {
    self.settings = settings
    self.sharedLoss = sharedLoss
    learned = OwnTraining.Learned(curve: [startLoss], pull: pull)
    best = startLoss
    isActive = settings.steps > 0
    if !sharedLoss.isFinite || !startLoss.isFinite { stop(.validationNotFinite) }
  }

  /// A lane without anything to learn from, or without a series.
  init(_ settings: OwnTraining, pull: Float, trouble: TrainingTrouble?) {
    self.settings = settings
    sharedLoss = 0
    learned = OwnTraining.Learned(pull: pull, trouble: trouble)
    best = 0
    isActive = false
  }

  private mutating func stop(_ trouble: TrainingTrouble) {
    learned.trouble = trouble
    isActive = false
  }

  /// Whether the step that was just taken is one to validate.
  var isDue: Bool {
    isActive && steps > 0
      && (steps % max(1, settings.every) == 0 || steps == settings.steps)
  }

  /// After a step, of which the training loss before and the length of the gradient are known.
  mutating func stepped(loss: Float, norm: Float) -> Verdict {
    guard loss.isFinite, norm.isFinite else { return failed() }
    steps += 1
    return .goOn
  }

  /// After the validation of a step.
  mutating func validated(_ loss: Float) -> Verdict {
    guard loss.isFinite else { return failed() }
    learned.curve.append(loss)
    waited += 1
    if loss < best { (best, waited, learned.bestStep) = (loss, 0, steps) }
    isActive = waited < settings.patience && steps < settings.steps
    return waited == 0 ? .keep : .goOn
  }

  private mutating func failed() -> Verdict {
    guard !learned.isSecondTry else {
      stop(.notFinite(step: steps))
      return .goOn
    }
    learned.isSecondTry = true
    learned.curve.removeSubrange(1...)
    (best, waited, steps, learned.bestStep) = (learned.curve[0], 0, 0, 0)
    return .startAnew
  }

  /// What came of it; `weights` are the best.
  func result(_ weights: () -> [Float]) -> OwnTraining.Learned {
    var result = learned
    guard result.trouble == nil, sharedLoss > 0 else { return result }
    result.gain = 1 - best / sharedLoss
    if best < sharedLoss, result.gain >= settings.leastGain { result.weights = weights() }
    return result
  }
}
