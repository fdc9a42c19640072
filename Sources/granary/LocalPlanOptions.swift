import CommandLineArguments
import FoundationEssentials

/// How a folder is planned; nothing of it means anything to a cluster.
struct LocalPlanOptions: OptionGroup {
  static let title = "With --input"
  /// More threads than this help nobody.
  private static let mostThreads = 1_024

  @Option("DIR", help: "Where the plan goes; it is made if it is not there.") var output: Path?
  @Option("N", .within(1...mostThreads), help: "Threads; without it one for each core.")
  var threads: Int?

  /// The threads to use.
  var threadCount: Int { threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// An option of the group that was given.
  var firstGiven: String? {
    output != nil ? "--output" : threads != nil ? "--threads" : nil
  }

  /// A folder without the slash at its end.
  static func stem(_ folder: Path) -> String {
    let path = folder.description
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
