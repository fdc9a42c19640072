import Synchronization
import Threading

/// What happened in a run, as it happened.
final class Journal: Sendable {
  /// A fault that happened.
  struct Fault: Equatable, Sendable {
    var kind: FaultKind
    /// Whom it befell, or nothing where that is clear.
    var victim: String
    /// In which step it began.
    var step: Step
    var startedAt: Moment
    /// When the lab had ended it.
    var liftedAt: Moment
    /// When everything was served again, for a while: what is felt later is not this fault's.
    var overAt: Moment
  }

  private struct State {
    var faults: [Fault] = []
    var violations: [String] = []
    var finds: [String] = []
    var repeats = 0
    var damaged: Set<String> = []
  }

  private let state = Mutex(State())

  /// The most sentences of one kind that are kept.
  private static let maximumSentences = 20

  func add(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }

  /// A promise was broken.
  func violate(_ sentence: String) {
    state.withLock { state in
      guard state.violations.count < Self.maximumSentences else { return }
      state.violations.append(sentence)
    }
  }

  /// Damage was found, and named.
  func find(_ sentence: String) {
    state.withLock { state in
      guard state.finds.count < Self.maximumSentences else { return }
      state.finds.append(sentence)
    }
  }

  /// A command had to be given again.
  func repeated() { state.withLock { $0.repeats += 1 } }

  /// A node's files are not what they were.
  func damage(_ name: String) { _ = state.withLock { $0.damaged.insert(name) } }

  func isDamaged(_ name: String) -> Bool { state.withLock { $0.damaged.contains(name) } }

  /// The faults, in the order in which they began.
  var faults: [Fault] { state.withLock { $0.faults.sorted { $0.startedAt < $1.startedAt } } }
  var violations: [String] { state.withLock { $0.violations } }
  var finds: [String] { state.withLock { $0.finds } }
  var repeats: Int { state.withLock { $0.repeats } }
}
