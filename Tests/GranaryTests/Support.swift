import FoundationEssentials
import TestSupport
import Threading

/// The program itself, which the build puts beside the tests.
enum Binary {
  static let path: String = {
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
  struct Result {
    var exit: ChildProcess.Exit
    var output: String
    var errors: String
  }

  /// Runs the program with `words` until it ends. No setting of this process's environment reaches
  /// it.
  static func run(
    _ words: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    let folder = try TemporaryFolder()
    let process = try start(words, in: folder, input: input, environment: environment)
    let exit = process.wait()
    return Result(
      exit: exit, output: try text(folder.file("output")), errors: try text(folder.file("errors")))
  }

  /// Starts the program; its output and errors go to files of these names in `folder`.
  static func start(
    _ words: [String], in folder: TemporaryFolder, input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> ChildProcess {
    var command = ChildProcess.Command(executable: path, name: "granary", arguments: words)
    command.environment = ChildProcess.currentEnvironment
      .filter { !$0.key.hasPrefix("GRANARY_") }
      .merging(environment) { _, new in new }
    if let input {
      try write(input, folder.file("input"))
      command.standardInput = .file(folder.file("input"))
    }
    command.standardOutput = .file(folder.file("output"))
    command.standardError = .file(folder.file("errors"))
    return try ChildProcess(command)
  }

  /// Runs the program with words that it refuses, and gives the one line that it says.
  static func refusal(_ words: String..., code: Int32 = 2) throws -> String {
    let result = try run(words)
    guard result.exit == .code(code) else { return "\(result.exit): \(result.errors)" }
    return result.errors
  }
}

func write(_ text: String, _ path: String) throws {
  try Data(text.utf8).write(to: URL(filePath: path))
}

func text(_ path: String) throws -> String {
  try String(contentsOf: URL(filePath: path), encoding: .utf8)
}

/// The fields of the rows of a file, the column names first.
func rows(_ text: String) -> [[String]] {
  text.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

/// The permissions of a file, as chmod takes them.
func mode(_ path: String) throws -> String {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return String((attributes[.posixPermissions] as? Int) ?? 0, radix: 8)
}
