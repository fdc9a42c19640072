import CommandLineArguments
import Glibc

@main
enum Bench {
  private static let group = CommandGroup(
    program: "bench", version: "of the same build",
    abstract: "puts load on a cluster and measures what comes back; `ops/bench` starts it.",
    sections: [CommandGroup.Section("Load", [ReadLoad.self, PaceLoad.self])])

  static func main() { exit(group.main(Array(CommandLine.arguments.dropFirst())).rawValue) }
}
