public import Threading

/// How trainers are started and what they may use.
public struct TrainerSettings: Sendable {
  /// The executable that calls `TrainerProcess.run`.
  public var executable = ChildProcess.runningExecutable
  /// The words before the trainer's own arguments: the verb.
  public var arguments = ["trainer"]
  /// Changes to the environment that a trainer inherits.
  public var environment: [String: String] = [:]
  /// The address space that a trainer may have; nil is no limit.
  public var memoryBytes: Int? = 2 << 30
  /// The time that an item may take. A group may take the sum of its items' times.
  public var itemSeconds = 60.0
  /// The time from the start of a trainer until it is ready.
  public var startSeconds = 30.0
  /// How many trainers in a row may end without having touched an item before a unit fails.
  public var startAttempts = 3
  /// Where the messages of trainers go, and whatever the work prints.
  public var log: ChildProcess.Stream = .inherit

  /// The defaults.
  public init() {}
}
