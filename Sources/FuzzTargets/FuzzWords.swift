import CommandLineArguments

/// A command with one of everything, for words that make no sense.
private struct FuzzCommand: Command {
  static let name = "fuzz"
  static let abstract = "Takes words."

  enum Layout: String, CaseIterable, ArgumentValue { case table, json }

  @Option("DAYS", .within(1...1_024), short: "d", help: "Days.") var horizonDays = 91
  @Option("SHARE", .within(0.5...0.999), help: "Service level.") var serviceLevel: Double?
  @Option("LEVELS", .within(0...1), separator: ",", help: "Quantiles.") var levels = [0.5, 0.9]
  @Option("NAME=VALUE", help: "A setting.") var set: [Assignment]
  @Option("LAYOUT", short: "l", help: "How rows are set.") var layout = Layout.table
  @Flag(short: "v", help: "Say more.") var verbose: Bool
  @Argument("FILE", help: "Sales as CSV.") var input: Path
  @Argument("MORE", help: "Further files.") var more: [Path]

  func run() throws -> ExitCode { .success }
}

extension FuzzTarget {
  /// Words of a command line, one a line.
  static let commandWords = FuzzReader.text(
    "words",
    {
      [
        "--horizon-days\n28\nsales.csv", "-d=3\n--levels=0.1,0.5\n-v\na\nb\n--\n--c",
        "--service-level\n0.95\n--set\na.b=c\n--set=d=\n--layout\njson\n-", "--layuot\njson\nx",
      ]
    }
  ) { text throws(Finding) in
    let words = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let command: FuzzCommand
    do throws(ArgumentError) {
      command = try FuzzCommand.parse(words, program: "granary")
    } catch {
      return try FuzzReader.refused("words", error)
    }
    guard (1...1_024).contains(command.horizonDays), command.serviceLevel ?? 0.5 >= 0.5,
      command.levels.allSatisfy({ (0...1).contains($0) }), !command.input.description.isEmpty
    else { throw Finding("words: \(words) were taken for what is out of range") }
    return .taken
  }
}
