import CommandLineArguments
import Glibc
import TrainerNode
import WorkerNode

/// `granary trainer`: the process that a worker starts to fit models in.
struct TrainerVerb: Command {
  static let name = "trainer"
  static let abstract = "Fit models for the worker that starts this process."
  static let isInternal = true

  @Option("PID", help: "The worker.") var parent: Int?
  @Option("BYTES", help: "The memory that it may take.") var memoryBytes: Int?

  func run() throws -> ExitCode {
    var words: [String] = []
    if let parent { words.append("--parent=\(parent)") }
    if let memoryBytes { words.append("--memory-bytes=\(memoryBytes)") }
    // The crew knows the codes of its trainers; they are not those of a verb.
    exit(TrainerProcess.run(arguments: words, groupWork: ModelJobs.work))
  }
}
