import CommandLineArguments

/// Why the lab itself could not go on. What it finds wrong with a cluster is no error: that is a
/// violation, and is reported.
enum LabError: ExitCodeProviding, CustomStringConvertible {
  /// A tool of the system did not do what it should.
  case tool(script: String, reason: String)
  /// A scenario that cannot be carried out.
  case scenario(file: String, reason: String)
  /// The undisturbed run did not go as it must: nothing can be compared with it.
  case reference(String)
  /// A file that could not be read or written.
  case file(path: String, reason: String)
  /// Control-C, or a signal to end.
  case stopped

  var description: String {
    switch self {
    case .tool(let script, let reason): "`\(script)`: \(reason)"
    case .scenario(let file, let reason): "\(file): \(reason)"
    case .reference(let reason): "the undisturbed run: \(reason)"
    case .file(let path, let reason): "\(path): \(reason)"
    case .stopped: "stopped; the runs that have ended are in the ledger"
    }
  }

  var exitCode: ExitCode {
    switch self {
    case .scenario: .usage
    case .file: .storage
    case .stopped: .interrupted
    case .tool, .reference: .failure
    }
  }
}
