import CommandLineArguments
import FoundationEssentials
import Settings

extension ClusterFolder {
  /// The folder that was named, or the one of the environment, or the usual one.
  init(named path: Path?) {
    let environment = ProcessInfo.processInfo.environment[ClusterFolder.environmentVariable]
    self.init(path: path?.description ?? environment ?? ClusterFolder.defaultPath)
  }
}
