import CommandLineArguments
import FoundationEssentials
import Settings
import Telemetry
import Threading

/// What the verbs that run a node have in common.
enum NodeProcess {
  /// Takes the log's level over. Signals are blocked in `main` already.
  static func prepare(_ settings: ResolvedSettings) {
    if let level = LogLevel(name: settings.log.level.rawValue) {
      LogSink.standardError.level = level
    }
  }

  /// Says why a node could not start and with which code the process ends.
  static func fail(_ error: some Error, _ code: ExitCode) -> ExitCode {
    Logger("granary").error("\(error)")
    return code
  }
}

extension ClusterFolder {
  /// The folder that was named, or the one of the environment, or the usual one.
  init(named path: Path?) {
    let environment = ProcessInfo.processInfo.environment[ClusterFolder.environmentVariable]
    self.init(path: path?.description ?? environment ?? ClusterFolder.defaultPath)
  }
}
