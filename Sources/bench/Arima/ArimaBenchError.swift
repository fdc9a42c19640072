import CommandLineArguments

/// What keeps the bench from measuring.
enum ArimaBenchError: ExitCodeProviding, Equatable, CustomStringConvertible {
  /// A row or a name that is not as it should be.
  case unreadable(String)
  /// Reference values without their series.
  case noSeries(String)
  /// A simulated series was refused.
  case notFitted

  var exitCode: ExitCode { .dataRefused }

  var description: String {
    switch self {
    case .unreadable(let what): "\(what): not as peers/exact.R writes it"
    case .noSeries(let id): "\(id): there are reference values but no series of it"
    case .notFitted: "a simulated series was refused; the time would be of nothing"
    }
  }
}
