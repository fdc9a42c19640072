/// Why a unit has no outcomes.
public enum TrainerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Trainers cannot be started, or end before they touch an item, this many times in a row.
  case noTrainer(executable: String, attempts: Int, lastReason: String)
  /// The crew was cancelled.
  case cancelled
  /// The unit has more items, or larger settings, than the limits allow.
  case unitTooLarge(what: String, value: Int, limit: Int)
  /// The system does not give what a crew needs.
  case system(call: String, errorNumber: Int32)

  /// The error in words.
  public var description: String {
    switch self {
    case .noTrainer(let executable, let attempts, let lastReason):
      "\(executable): no trainer lived long enough to work, \(attempts) attempts, the last:"
        + " \(lastReason); check the executable and the memory limit"
    case .cancelled: "the trainers were told to stop"
    case .unitTooLarge(let what, let value, let limit):
      "\(what) of a training unit: \(value), at most \(limit); cut the unit smaller"
    case .system(let call, let number):
      "\(call) failed with error \(number); check the limits on open files and memory"
    }
  }
}
