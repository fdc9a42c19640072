/// Why a training came to nothing.
package enum TrainingTrouble: Error, Equatable, Sendable, CustomStringConvertible {
  /// There was nothing to learn from in a step (counted from 0).
  case noWindows(step: Int)
  /// Loss or gradient was no finite number in a step, also with a third of the step size.
  case notFinite(step: Int)
  /// The loss of the windows kept for validation is no finite number before any step.
  case validationNotFinite

  package var description: String {
    switch self {
    case .noWindows(let step):
      "step \(step) has no windows to learn from; the series are too short for one"
    case .notFinite(let step):
      "loss or gradient was no finite number in step \(step), also with a third of the step size; "
        + "look for numbers in the windows that are not finite or far too large"
    case .validationNotFinite:
      "the loss of the windows for validation is no finite number before any step; "
        + "look for numbers in them that are not finite or far too large"
    }
  }
}
