import CommandLineArguments

/// Every worker.
public struct WorkerSettings: SettingsChapter, Equatable {
  /// Where clients and other workers reach it.
  public var listen = "tcp://127.0.0.1:0"
  /// Trainer processes; 0 is one for each core.
  public var trainers = 0
  /// Threads that answer reads.
  public var readers = 2
  /// Memory that a trainer process may take.
  public var trainerMemoryMiB = 2_048
  /// Units of work in hand for each trainer.
  public var credits = 2

  static let settings: [Setting<Self>] = [
    Setting(
      "listen", \.listen, .endpoint,
      "Where clients and other workers reach it; port 0 takes a free one."),
    Setting(
      "trainers", \.trainers, .within(0...1_024), unit: "processes",
      "Trainer processes; 0 is one for each core."),
    Setting(
      "readers", \.readers, .within(1...256), unit: "threads",
      "Threads that answer reads beside the one that writes."),
    Setting(
      "trainerMemoryMiB", \.trainerMemoryMiB, .within(64...1_048_576), unit: "MiB",
      "Memory that a trainer process may take before it is ended and its SKUs tried singly."),
    Setting(
      "credits", \.credits, .within(1...64), unit: "units",
      "Units of work in hand for each trainer, so that none waits for the network."),
  ]
}
