import FoundationEssentials
import Glibc
public import Threading

/// The program itself, which the build puts beside the tests.
public enum Binary {
  /// Where it is.
  public static let path: String = {
    let starts =
      [CommandLine.arguments.first ?? "", ChildProcess.runningExecutable]
      + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    let candidates = starts.flatMap { start -> [String] in
      var folder = URL(filePath: start).resolvingSymlinksInPath()
      return (0..<4).map { _ in
        folder.deleteLastPathComponent()
        return folder.appendingPathComponent("granary").path
      }
    }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "granary"
  }()

  /// What a run of the program left behind.
  public struct Result: Sendable {
    /// How it ended.
    public var exit: ChildProcess.Exit
    /// What it printed.
    public var output: String
    /// What it said on standard error.
    public var errors: String
  }

  /// Far more than any verb of a test takes: what still runs then hangs, and is killed.
  private static let patienceMilliseconds = 120_000

  /// Runs the program with `words` until it ends. No setting of this process's environment reaches
  /// it.
  public static func run(
    _ words: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    let folder = try TemporaryFolder()
    let process = try start(words, in: folder, input: input, environment: environment)
    if process.wait(timeoutMilliseconds: patienceMilliseconds) == nil { process.kill(SIGKILL) }
    let exit = process.wait()
    return Result(
      exit: exit, output: try contents(folder.file("output")),
      errors: try contents(folder.file("errors")))
  }

  /// Starts the program; its output and errors go to files of these names in `folder`.
  public static func start(
    _ words: [String], in folder: TemporaryFolder, input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> ChildProcess {
    var command = command(words, environment: environment)
    if let input {
      try Data(input.utf8).write(to: URL(filePath: folder.file("input")))
      command.standardInput = .file(folder.file("input"))
    }
    command.standardOutput = .file(folder.file("output"))
    command.standardError = .file(folder.file("errors"))
    return try ChildProcess(command)
  }

  /// The program with `words`, for those who start it otherwise.
  public static func command(
    _ words: [String], environment: [String: String] = [:]
  ) -> ChildProcess.Command {
    var command = ChildProcess.Command(executable: path, name: "granary", arguments: words)
    command.environment = ChildProcess.currentEnvironment
      .filter { !$0.key.hasPrefix("GRANARY_") }
      .merging(environment) { _, new in new }
    return command
  }

  private static func contents(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: path), encoding: .utf8)
  }
}
