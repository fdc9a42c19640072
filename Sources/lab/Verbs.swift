import FoundationEssentials
import Glibc
import Synchronization
import Threading

/// Gives commands to the cluster, from the clients' host, one at a time.
final class Verbs: Sendable {
  /// What became of a command.
  struct Outcome: Sendable {
    var exit: ChildProcess.Exit
    var output: String
    var errors: String
    /// Whether it took too long, and was killed.
    var isLate: Bool
    /// The last thing that it said.
    var lastWords: String {
      isLate
        ? "it took too long"
        : errors.split(separator: "\n").last.map(String.init) ?? "it ended with \(exit)"
    }
  }

  /// How long a command may take: far longer than its own patience.
  static let limitMilliseconds = 120_000

  private let installation: Installation
  private let cluster: String
  private let logs: String
  private let stopping: Stopping
  private let current = Mutex<ChildProcess?>(nil)

  init(_ installation: Installation, cluster: String, logs: String, stopping: Stopping) {
    self.installation = installation
    self.cluster = cluster
    self.logs = logs
    self.stopping = stopping
  }

  /// Gives a command and waits for its end; one that takes too long is killed. It is about the
  /// clients' own folder unless another host's is named.
  func run(
    _ words: [String], in folder: String? = nil, limit: Int = limitMilliseconds
  ) throws -> Outcome {
    let (output, errors) = ("\(logs)/verb.out", "\(logs)/verb.err")
    for file in [output, errors] { TextFile.remove(file) }
    var command = ChildProcess.Command(
      executable: installation.pathForCommand(),
      arguments: words + ["--cluster", folder ?? cluster])
    command.environment = command.environment.filter { !$0.key.hasPrefix("GRANARY_") }
    command.standardOutput = .file(output)
    command.standardError = .file(errors)
    command.ownProcessGroup = true
    let process = try ChildProcess(command)
    current.withLock { $0 = process }
    defer { current.withLock { $0 = nil } }
    let isLate = try !stopping.wait(milliseconds: limit) { !process.isRunning }
    if isLate { process.kill(SIGKILL) }
    return Outcome(
      exit: process.wait(), output: TextFile.text(output), errors: TextFile.text(errors),
      isLate: isLate)
  }

  /// Kills the command that is under way, if there is one.
  func killCurrent() -> Bool { current.withLock { $0?.kill(SIGKILL) ?? false } }
}
