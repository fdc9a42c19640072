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
  /// The machine that it runs on; empty is the machine's own name.
  public var host = ""
  /// How fast it copies shards from others.
  public var copyMiBPerSecond = 64
  /// How fast it looks for damage in what it has stored; 0 is never.
  public var scrubMiBPerSecond = 4

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
    Setting(
      "host", \.host, .hostName,
      "The machine that it runs on, empty for its own name: copies of a shard share none."),
    Setting(
      "copyMiBPerSecond", \.copyMiBPerSecond, .within(1...65_536), unit: "MiB a second",
      "How fast it copies shards from others, so that these go on serving meanwhile."),
    Setting(
      "scrubMiBPerSecond", \.scrubMiBPerSecond, .within(0...65_536), unit: "MiB a second",
      "How fast it looks for damage in what it has stored; 0 is never."),
  ]
}

extension ValueLimits<String> {
  /// The longest name of a machine that nodes tell each other.
  private static var hostBytes: Int { 64 }

  /// The name of a machine, or nothing.
  static var hostName: ValueLimits {
    ValueLimits(
      expectation: "the name of a machine of at most \(hostBytes) bytes, or nothing",
      summary: "a name, or empty"
    ) { $0.utf8.count <= hostBytes && !$0.contains(where: \.isWhitespace) }
  }
}
