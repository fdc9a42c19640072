/// What happens to trainers, for logs and counters.
public enum TrainerEvent: Equatable, Sendable {
  /// A trainer was started.
  case started(processID: Int32)
  /// A trainer is gone, with the reason. `suspects` were at work and run again one by one; it is
  /// empty when no item was at work. `begun` of them had been begun as far as the trainer told.
  case lost(processID: Int32, reason: ItemFailure, suspects: [String], begun: Int)
  /// A trainer could not be started.
  case startFailed(reason: String)
  /// An item failed alone.
  case failed(name: String, reason: ItemFailure)
  /// An item was run alone and did its work: what happened to its group does not come back.
  case cleared(name: String)
}
