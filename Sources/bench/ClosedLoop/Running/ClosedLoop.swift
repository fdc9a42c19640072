import CommandLineArguments
import Demand
import Glibc
import Replenishment
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
  var space = 1.6
  @Option("SHARE", .within(0.1...100), help: "Cash, of what free lots took on average.")
  var cash = 1.4
  @Option("SHARE", .within(0.5...0.999), help: "The fill that every policy is tuned to.")
  var fill = 0.98
  @Option("SHARE", .within(0.1...1), help: "Of each limit, what is taken on average.")
  var planned = 0.9
  @Option("NAME", help: "Policies whose name begins so; all unless given.") var only = ""
  @Flag(help: "Fill of what is asked for by value rather than in units.") var value = false
  @Option("SHARE", .within(0.1...1), help: "Of each limit, what is planned with.")
  var usable = 0.93
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
    for hasLimits in [true, false] {
      rows += one(
        search("Granary\(hasLimits ? "" : ", no limits")", from: 0.5, step: 0.8) { knob in
          live(granary(world, book, service: knob, hasLimits: hasLimits), world, knob)
        })
    }
    for service in PricedPolicy.Service.all {
      rows += one(
        search("priced, \(service.name)", from: service.start, step: service.step) { knob in
          var settings = PricedPolicy.Settings()
          (settings.planned, settings.usable) = (planned, usable)
          settings.service = service.make(knob)
          return live(PricedPolicy(world, book: book, settings: settings), world, knob)
        })
    }
    rows += one(
      search("EOQ, normal safety", from: 3, step: 0.5) { knob in
        live(EOQPolicy(world, score: knob), world, knob)
      })
    for cover in [7.0, 14, 30] {
      rows += one(
        search("min-max, \(Int(cover)) days", from: 7, step: 2) { knob in
          live(MinMaxPolicy(world, safetyDays: knob, coverDays: cover), world, knob)
        })
    }
    return rows
  }

  /// Granary with a missing unit at 2^knob, or as many times its price.
  private func granary(
    _ world: LoopWorld, _ book: ForecastBook, service knob: Double, hasLimits: Bool
  ) -> GranaryPolicy {
    var settings = GranaryPolicy.Settings()
    if value {
      settings.planner.serviceType = .cost
      settings.planner.stockoutShare = exp2(knob - 5)
    } else {
      settings.shortageCost = exp2(knob)
    }
    (settings.planned, settings.usable) = hasLimits ? (planned, usable) : (1e6, 1e6)
    return GranaryPolicy(world, book: book, settings: settings)
  }

  /// Lives through all days, and says so: a search takes its time.
  private func live(
    _ policy: some InventoryPolicy, _ world: LoopWorld, _ knob: Double
  ) -> LoopAccount {
    var policy = policy
    let account = policy.live(in: world)
    func text(_ value: Double) -> String { Readable.decimal(value, places: 4) }
    try? Terminal.standardError.write(
      "  \(policy.name) at \(text(knob)): fill \(text(account.fill)), by value "
        + "\(text(account.valueFill)), \(text(account.costPerYear)) a year, "
        + "\(account.spaceViolations) and \(account.cashViolations) violations\(policy.note)\n")
    return account
  }

  private func one(_ found: FillMatch?) -> [FillMatch] { found.map { [$0] } ?? [] }

  private func search(
    _ name: String, from start: Double, step: Double, _ live: (Double) -> LoopAccount
  ) -> FillMatch? {
    guard name.hasPrefix(only) else { return nil }
    return FillMatch.search(
      name, fill: fill, byValue: value, from: start, step: step, live)
  }
}
