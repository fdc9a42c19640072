import ClientNode
import Coordination
import Demand
import Forecasting
import Packing
import Pictures
import Replenishment
import WireProtocol
import WorkerNode

/// What a report tells of a cluster: how it is, how good its models are, what is planned, and what
/// needs an eye. Sums come from the workers; no table is downloaded.
struct ClusterReport {
  /// How the cluster is.
  let status: ClusterStatus
  /// The last runs of each kind that are done.
  private(set) var train: RunStatus?, forecast: RunStatus?
  /// The current plan.
  private(set) var plan: PlanCatalogue.Kept?
  /// Holidays and promotions that are known, past and to come.
  private(set) var events: [Event] = []
  /// What all SKUs add up to.
  private(set) var digest = ReportDigest()
  /// The charts of the SKUs whose errors weigh most.
  private(set) var worst: [(sku: WorstSKU, charts: [Chart])] = []

  /// Days of history in the small charts.
  private static let chartDays = 84

  /// The last day of history that the runs have seen.
  var asOf: Day? { forecast?.asOf ?? train?.asOf }

  /// Reads it; `progress` is told how many shards are done, and stops it by throwing.
  init(
    _ client: ClusterClient, progress: (_ done: Int, _ shards: Int) throws(ClientError) -> Void
  ) throws {
    status = try client.status()
    let runs = RunClient(client)
    for run in status.runs.map(\.run).sorted(by: >) where train == nil || forecast == nil {
      let status = try runs.status(of: run)
      guard status.phase == .done else { continue }
      if status.kind == .train, train == nil { train = status }
      if status.kind == .forecast, forecast == nil { forecast = status }
    }
    plan = try PlanCatalogue(client).kept().first { $0.place == .current }
    events = try client.planningDocument().document.events
    // Nobody has anything before a worker has joined.
    guard status.servedShards > 0 else { return }
    var digest = ReportDigest()
    try DigestReader(client).read(asOf: asOf) { sums, done, shards throws(ClientError) in
      do throws(PackingError) { digest.merge(try ReportDigest(packed: sums)) } catch {
        throw .unexpected(node: "a worker", what: "sums that make no sense: \(error)")
      }
      try progress(done, shards)
    }
    self.digest = digest
    let reader = SKUReader(client)
    let calendar = EventCalendar(events)
    for sku in digest.worst {
      let course = try SKUCourse(sku.sku, at: nil, days: Self.chartDays, calendar, reader)
      worst.append((sku, [CourseCharts(course, days: Self.chartDays).small]))
    }
  }

  /// How the days were cleaned that the models learned from.
  var cleaning: CleaningSum? {
    train.flatMap { try? TrainSummary(packed: $0.outcome.summary) }?.cleaning
  }

  // MARK: Classes

  /// Some SKUs that are told together.
  struct Class {
    var name: String
    var group: ReportGroup
  }

  /// Shares of the value of all sales that class A, and A and B, hold.
  private static let shareOfA = 0.8, shareOfAB = 0.95

  /// SKUs by the value of their sales: A for those that make up the first 80 % of it, B for the
  /// next 15 %, C for the rest. Values are told apart to within a quarter, since the workers count
  /// by bins; a bin belongs to the class in which it begins.
  var valueClasses: [Class] {
    let whole = digest.byValue.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value.value }
    var classes = ["A", "B", "C"].map { Class(name: $0, group: ReportGroup()) }
    var sum = 0.0
    for (_, group) in digest.byValue.sorted(by: { $0.key > $1.key }) {
      let place =
        group.value <= 0 || sum >= whole * Self.shareOfAB ? 2 : sum < whole * Self.shareOfA ? 0 : 1
      classes[place].group.merge(group)
      sum += group.value
    }
    return classes.filter { $0.group.skus > 0 }
  }

  /// SKUs by how regularly they sell.
  var patterns: [Class] {
    DemandPattern.allCases.compactMap { pattern in
      digest.byPattern[pattern].map { Class(name: pattern.name, group: $0) }
    }
  }

  /// SKUs by category: those that sell most, and the others together.
  func categories(most: Int) -> [Class] {
    let ranked = digest.byCategory.map { name, group in
      Class(name: name.isEmpty ? "(no category)" : name, group: group)
    }.sorted { ($1.group.value, $0.name) < ($0.group.value, $1.name) }
    guard ranked.count > most else { return ranked }
    var others = Class(name: "(\(ranked.count - most + 1) others)", group: ReportGroup())
    for part in ranked.dropFirst(most - 1) { others.group.merge(part.group) }
    return ranked.prefix(most - 1) + [others]
  }

  /// All together.
  var everything: ReportGroup {
    patterns.reduce(into: ReportGroup()) { $0.merge($1.group) }
  }

  /// Models by the series that they were chosen for, the most frequent first.
  var models: [(name: String, series: Int)] {
    digest.chosen.map { ($0.key.description, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }

  /// Suppliers by what is ordered from them, the others together.
  func suppliers(most: Int) -> [(name: String, sum: OrderSum)] {
    let ranked = digest.bySupplier.map { (name: $0.isEmpty ? "(not named)" : $0, sum: $1) }
      .sorted { ($1.sum.value, $0.name) < ($0.sum.value, $1.name) }
    guard ranked.count > most else { return ranked }
    let rest = ranked.dropFirst(most - 1).map(\.sum)
    return ranked.prefix(most - 1) + [("(\(rest.count) others)", OrderSum.total(rest))]
  }

  /// Reasons of quarantine, the most frequent first.
  var reasons: [(reason: String, skus: Int)] {
    digest.reasons.map { ($0.key.isEmpty ? "(other reasons)" : $0.key, $0.value) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }
}
