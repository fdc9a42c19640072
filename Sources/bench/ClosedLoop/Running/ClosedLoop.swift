import CommandLineArguments
import Glibc
import Threading

/// Lives two years of demand through under several policies.
struct ClosedLoop: Command {
  static let name = "closed-loop"
  static let abstract = "Simulate two years of orders under several policies, at the same fill."
  static let discussion = "Prints a table, and the same as one JSON object on the last line.\n"

  @Argument("DIR", help: "Sales: of the sample marketplace, or of M5 with --m5.") var folder: Path
  @Flag(help: "The folder has M5's sales.csv and prices.csv.") var m5 = false
  @Option("NUMBER", .within(1...1_000), help: "Takes each N-th item of M5.") var every = 2
  @Option("NUMBER", .within(28...3_650), help: "Days of the simulation.") var days = 728
  @Option("NUMBER", .within(0...1_000_000), help: "The recipe's seed.") var seed = 6
  @Option("SHARE", .within(0.1...100), help: "Space, of what free lots took on average.")
  var space = 1.2
  @Option("SHARE", .within(0.1...100), help: "Cash, of what free lots took on average.")
  var cash = 1.15
  @Option("SHARE", .within(0.5...0.999), help: "The fill that every policy is tuned to.")
  var fill = 0.98
  @Option("SHARE", .within(0.1...1), help: "Of each limit, what is taken on average.")
  var planned = 0.9
  @Option("NAME", help: "Policies whose name begins so; all unless given.") var only = ""
  @Flag(help: "Fill of what is asked for by value rather than in units.") var value = false
  @Option("SHARE", .within(0.1...1), help: "Of each limit, what is planned with.")
  var usable = 0.97
  @Option("NUMBER", .within(1...256), help: "Threads for forecasts.") var threads = 2

  func run() throws -> ExitCode {
    let output = Terminal.standardOutput
    let sales = try m5 ? LoopSales.m5(folder, every: every) : LoopSales.marketplace(folder)
    let recipe = LoopRecipe(seed: UInt64(seed), spaceShare: space, cashShare: cash)
    let world = recipe.world(sales.known(before: days), days: days)
    try output.write(
      "\(Readable.grouped(world.items.count)) SKUs, \(Readable.grouped(world.pairs.count)) pairs, "
        + "\(world.historyDays) + \(world.days) days\n")
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    let book = try ForecastBook(world, threads: threads)
    let seconds = Double(clock.nanoseconds - start) / 1e9
    try output.write(
      "\(Readable.grouped(book.made)) forecasts in \(Readable.decimal(seconds, places: 1)) s\n")
    try output.write(LoopReport.header)
    var report = LoopReport(world)
    for row in rows(world, book) {
      report.add(row)
      try output.write(report.line(row))
    }
    let bound = Clairvoyant(world).bound(fill: fill)
    try output.write("clairvoyant: \(Readable.decimal(bound, places: 0)) a year at least\n")
    try output.write(report.json(bound: bound, fill: fill))
    return .success
  }

  /// Every policy at the wanted fill.
  private func rows(_ world: LoopWorld, _ book: ForecastBook) -> [FillMatch] {
    var rows: [FillMatch] = []
    let services:
      [(name: String, range: ClosedRange<Double>, make: (Double) -> PricedPolicy.Service)] =
        [
          ("unit", -4...6, { .shortage(exp2($0)) }), ("price", -8...2, { .shareOfPrice(exp2($0)) }),
          ("level", -1...3.7, { .level(score: $0) }),
        ]
    for hasLimits in [true, false] {
      for service in services {
        rows += one(
          search("priced\(hasLimits ? "" : ", no limits"), \(service.name)", service.range) {
            knob in
            var settings = PricedPolicy.Settings()
            settings.hasLimits = hasLimits
            settings.usable = usable
            settings.planned = planned
            settings.service = service.make(knob)
            var policy = PricedPolicy(world, book: book, settings: settings)
            return policy.live(in: world)
          })
      }
    }
    rows += one(
      search("EOQ, normal safety", -3...8) { knob in
        var policy = EOQPolicy(world, score: knob)
        return policy.live(in: world)
      })
    let covers = [7.0, 14, 21, 30, 45].map { cover in
      search("min-max, \(Int(cover)) days", -10...90) { knob in
        var policy = MinMaxPolicy(world, safetyDays: knob, coverDays: cover)
        return policy.live(in: world)
      }
    }
    return rows + covers.compactMap { $0 }
  }

  private func one(_ found: FillMatch?) -> [FillMatch] { found.map { [$0] } ?? [] }

  private func search(
    _ name: String, _ range: ClosedRange<Double>, _ live: (Double) -> LoopAccount
  ) -> FillMatch? {
    guard name.hasPrefix(only) else { return nil }
    return FillMatch.search(name, fill: fill, byValue: value, in: range, live)
  }
}
