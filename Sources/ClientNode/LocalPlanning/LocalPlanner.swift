public import CommandLineArguments
public import Demand
public import Replenishment
import Tables
public import Threading

/// Plans what a folder's tables hold, here and now, and writes the plan into a folder: the same
/// rows as a cluster with the same data, settings and number of shards.
public struct LocalPlanner {
  /// SKUs that a thread plans at a time.
  private static let chunkSKUs = 256

  /// How a plan is made.
  public struct Options: Sendable {
    /// The planner's settings.
    public var settings = PolicySettings()
    /// What would be different.
    public var scenario: Scenario?
    /// How many threads plan.
    public var threads = 1
    /// Whether the files are one JSON object a line instead of CSV.
    public var asJSON = false

    /// The defaults.
    public init() {}
  }

  /// What a plan came to.
  public struct Outcome: Sendable {
    /// The day to stand on.
    public var asOf: Day
    /// The SKUs that were planned.
    public var skuCount: Int
    /// What pricing came to.
    public var plan: PricedPlan
    /// Warehouses and limits that it was made under.
    public var document: PlanningDocument
    /// The totals by location.
    public var summary: PlanSummary
    /// How often all shards were asked.
    public var rounds: Int
    /// The files with their rows, in order.
    public var files: [(table: String, rows: Int)]
  }

  private let tables: LocalTables
  private let options: Options
  private let planning: ItemPlanning
  private let work: OrderedWork
  private let progress: (ProgressReading) -> Void

  /// Plans with several threads; `stop` is asked all the time and throws to end the work.
  public init(
    _ tables: LocalTables, _ options: Options,
    stop: @escaping () throws(ClientError) -> Void = {},
    progress: @escaping (ProgressReading) -> Void = { _ in }
  ) throws(ThreadingError) {
    self.tables = tables
    self.options = options
    self.progress = progress
    planning = ItemPlanning(
      asOf: tables.asOf, settings: options.settings, document: tables.document,
      scenario: options.scenario)
    work = try OrderedWork(threads: options.threads, stop: stop)
  }

  /// Plans and writes into a folder that is there.
  public func run(into folder: String) throws(ClientError) -> Outcome {
    let files = PlanFolder(folder: folder, asJSON: options.asJSON)
    var rounds = 0
    let priced = try LocalPricing(tables, planning, work).run { round in
      rounds = round
      progress(
        ProgressReading(
          "pricing", count: round, ProgressReading.Unit("round", "rounds"), hasRate: false))
    }
    try onTables { () throws(TableError) in try begin(files) }
    return try plan(priced, files, rounds: rounds)
  }

  private func begin(_ files: PlanFolder) throws(TableError) {
    for table in PlannedChunk.tables { try files.begin(table.name, columns: table.columns) }
    try files.begin(PriceRow.name, columns: PriceRow.columns)
    try files.begin(RunRow.name, columns: RunRow.columns)
  }

  private func plan(
    _ priced: LocalPricing.Outcome, _ files: PlanFolder, rounds: Int
  ) throws(ClientError) -> Outcome {
    var summary = PlanSummary()
    let chunks = chunks()
    let job = job(priced)
    let skuCount = tables.skuCount
    var done = 0
    try work.run(chunks.count, job: { job(chunks[$0]) }) { index, chunk throws(ClientError) in
      summary.merge(chunk.summary)
      for (table, text) in zip(PlannedChunk.tables, chunk.texts) {
        try onTables { () throws(TableError) in
          try files.append(text, to: table.name, shard: chunks[index].shard)
        }
      }
      done += chunks[index].skus.count
      progress(ProgressReading("planning", count: done, of: skuCount, .skus))
    }
    let outcome = Outcome(
      asOf: tables.asOf, skuCount: skuCount, plan: priced.plan,
      document: planning.context.document, summary: summary, rounds: rounds, files: [])
    return try finish(outcome, files)
  }

  /// Writes what is about the plan as a whole, and puts all files into their places.
  private func finish(
    _ outcome: Outcome, _ files: PlanFolder
  ) throws(ClientError) -> Outcome {
    var outcome = outcome
    let scenario = options.scenario?.name ?? ""
    var prices = RowText(columns: PriceRow.columns, asJSON: options.asJSON)
    prices.write(PriceRow.rows(of: outcome.plan, outcome.summary))
    var run = RowText(columns: RunRow.columns, asJSON: options.asJSON)
    run.write([
      RunRow(asOf: outcome.asOf, skus: outcome.skuCount, outcome.plan, outcome.summary)
    ])
    let shardCount = tables.shards.count
    try onTables { () throws(TableError) in
      try files.append(prices, to: PriceRow.name, shard: nil)
      try files.append(run, to: RunRow.name, shard: nil)
      try files.finish { json in
        json.member("asOf", outcome.asOf.description)
        if !scenario.isEmpty { json.member("scenario", scenario) }
        json.member("shards", shardCount)
      }
    }
    let names = PlannedChunk.tables.map(\.name) + [PriceRow.name, RunRow.name]
    outcome.files = names.map { ($0, files.rows(of: $0)) }
    return outcome
  }

  // MARK: Chunks

  private struct Chunk: Sendable {
    var shard: Int
    var skus: Range<Int>
  }

  /// All SKUs in a few at a time, in their order.
  private func chunks() -> [Chunk] {
    tables.shards.enumerated().flatMap { number, shard in
      stride(from: 0, to: shard.count, by: Self.chunkSKUs).map { first in
        Chunk(shard: number, skus: first..<min(first + Self.chunkSKUs, shard.count))
      }
    }
  }

  /// What plans a chunk under the prices.
  private func job(_ priced: LocalPricing.Outcome) -> @Sendable (Chunk) -> PlannedChunk {
    let (shards, horizon) = (tables.shards, tables.horizon)
    let shared = planning.under(priced.plan, moved: [])
    let parted = priced.moved.mapValues { planning.under(priced.plan, moved: $0) }
    let asJSON = options.asJSON
    return { chunk in
      var planned = PlannedChunk(asJSON: asJSON)
      let planning = parted[chunk.shard] ?? shared
      for number in chunk.skus {
        planned.add(
          planning.plan(for: shards[chunk.shard].itemCase(number, horizon: horizon)))
      }
      return planned
    }
  }
}

/// The plans of a few SKUs as lines.
private struct PlannedChunk: Sendable {
  /// The tables that have lines by SKU, in the order of `texts`.
  static let tables: [(name: String, columns: [String])] = [
    (PurchaseOrderRow.name, PurchaseOrderRow.columns), (TransferRow.name, TransferRow.columns),
    (PolicyRow.name, PolicyRow.columns), (ExceptionRow.name, ExceptionRow.columns),
  ]

  var summary = PlanSummary()
  var texts: [RowText]

  init(asJSON: Bool) { texts = Self.tables.map { RowText(columns: $0.columns, asJSON: asJSON) } }

  mutating func add(_ item: ItemPlan) {
    for (location, plan) in zip(item.locations, item.plans) {
      let sku = item.sku
      summary.add(plan, at: location)
      texts[0].write(plan.purchaseOrderRows(sku: sku, location: location))
      texts[1].write(plan.transferRows(sku: sku, location: location))
      texts[2].write([plan.policyRow(sku: sku, location: location)])
      texts[3].write(plan.exceptionRows(sku: sku, location: location))
    }
  }
}
