import CommandLineArguments

/// What keeps the benches of networks from measuring.
enum LstmBenchError: ExitCodeProviding, Equatable, CustomStringConvertible {
  /// A file that is not as it should be.
  case unreadable(String)
  /// A shared network that cannot be used.
  case notLearned(String)
  /// A system's file that does not say what is asked.
  case noPeak(String)

  var exitCode: ExitCode { .dataRefused }

  var description: String {
    switch self {
    case .unreadable(let path):
      "\(path): not as ops/benches/lstm-accuracy/prepare.py writes it; make it anew"
    case .notLearned(let reason): "no shared network: \(reason)"
    case .noPeak(let path): "\(path) does not say how much memory was used"
    }
  }
}
