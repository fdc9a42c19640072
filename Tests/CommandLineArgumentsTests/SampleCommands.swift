import CommandLineArguments

enum Layout: String, CaseIterable, ArgumentValue { case table, json, csv }

struct OutputOptions: OptionGroup {
  static let title = "Output"
  @Option("LAYOUT", short: "l", help: "How rows are set.") var layout = Layout.table
  @Flag(help: "Leave the header out.") var header = true
}

/// One of everything.
struct Forecast: Command {
  static let name = "forecast"
  static let abstract = "Forecast every SKU of a file of sales."
  static let discussion = """
    Rows are read once and grouped by SKU. Days without a row count as days without demand, unless \
    the row says that the SKU was out of stock.
    """
  static let examples = [Example("granary forecast sales.csv", "Forecast 91 days of every SKU.")]

  @Option("DAYS", .within(1...1_024), short: "d", help: "Days to forecast.") var horizonDays = 91
  @Option("SHARE", .within(0.5...0.999), help: "Service level.") var serviceLevel: Double?
  @Option("LEVELS", .within(0...1), separator: ",", help: "Quantiles.") var levels = [0.5, 0.9]
  @Option("SKU", help: "Only this SKU.") var only: [String]
  @Flag(short: "v", help: "Say more.") var verbose: Bool
  var output = OutputOptions()
  @Argument("FILE", help: "Sales as CSV; - is standard input.") var input: Path
  @Argument("MORE", help: "Further files.") var more: [Path]

  func validate() throws(ArgumentError) {
    if input.isStandardStream, !more.isEmpty {
      throw .contradiction("standard input cannot be read beside other files; leave - out")
    }
  }

  func run() throws -> ExitCode { horizonDays == 13 ? .dataRefused : .success }
}

struct Key: Command {
  static let name = "key"
  static let abstract = "Make a key pair."
  @Option("ROLE", help: "What the key may do.") var role: String
  @Argument("FOLDER", help: "Where the key is put.") var folder = "."
  func run() throws -> ExitCode { .success }
}

struct Trainer: Command {
  static let name = "trainer"
  static let abstract = "Fit what standard input brings."
  static let isInternal = true
  func run() throws -> ExitCode { throw ArgumentError.outputLost(stream: "x", reason: "y") }
}

/// A verb that runs by itself and has others below it.
struct Plans: Command {
  static let name = "plans"
  static let abstract = "List plans."
  static let subcommands: [any Command.Type] = [Show.self, Diff.self]
  @Flag(help: "Print JSON.") var json: Bool
  func run() throws -> ExitCode { .success }

  struct Show: Command {
    static let name = "show"
    static let abstract = "Show a plan: it's here."
    @Argument("LAYOUT", help: "How.") var layouts: [Layout]
    func run() throws -> ExitCode { .success }
  }

  struct Diff: Command {
    static let name = "diff"
    static let abstract = "Compare two."
    @Option("LAYOUT", separator: ",", help: "Parts.") var parts: [Layout]
    @Option("DIR", help: "Where.") var folder: Path?
    @Argument("LEFT", help: "One.") var left: Layout
    @Argument("RIGHT", help: "The other one.") var right: Layout
    func run() throws -> ExitCode { .success }
  }
}

/// A verb that does nothing without one below it.
struct Explain: Command {
  static let name = "explain"
  static let abstract = "Say why."
  static let needsSubcommand = true
  static let subcommands: [any Command.Type] = [Plans.Show.self]
  func run() throws -> ExitCode { .failure }
}

/// A program whose verbs have verbs.
let deep = CommandGroup(
  program: "deep", version: "1", abstract: "Deep.",
  sections: [CommandGroup.Section("All", [Plans.self, Explain.self, Key.self, Trainer.self])])

let granary = CommandGroup(
  program: "granary", version: "1.2.3", abstract: "Forecasts and orders for millions of SKUs.",
  sections: [
    CommandGroup.Section("Forecasting", [Forecast.self]),
    CommandGroup.Section("Administration", [Key.self, Trainer.self]),
  ])

/// The sentence that `words` are refused with, or nothing.
func refusal(_ words: String...) -> String? {
  do {
    _ = try granary.route(words)
    return nil
  } catch {
    return error.description
  }
}
