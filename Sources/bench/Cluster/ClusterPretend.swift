import ClientNode
import CommandLineArguments
import Demand
import Forecasting
import Messaging
import NodeSupport
import Threading
import WireProtocol
import WorkerNode

/// Workers without data on real sockets: they do the units of a run of as many SKUs as one likes in
/// no time, so that the coordinator's process can be measured.
struct ClusterPretend: Command {
  static let name = "cluster-pretend"
  static let abstract = "Be workers of a cluster that count SKUs and do units in no time."
  static let discussion =
    "The folder has a key for each of the workers, `worker-1` and so on. Ends by SIGTERM.\n"

  private static let heartbeatMilliseconds: Int64 = 250
  private static let turnMilliseconds: Int64 = 20

  @Option("DIR", help: "The cluster's folder.") var cluster: Path
  @Option("NUMBER", .within(1...64), help: "Workers.") var workers = 4
  @Option("NUMBER", .within(1...1_000_000_000), help: "SKUs of all shards.") var skus = 1_000_000
  @Option("NUMBER", .within(1...16_384), help: "Shards of the cluster.") var shards = 1_024

  func run() throws -> ExitCode {
    var catalogue = PretendWorker.Catalogue()
    catalogue.skusPerShard = UInt64((skus + shards - 1) / shards)
    catalogue.summary = try Self.summary()
    // One SKU of a thousand.
    catalogue.unitsPerQuarantine = 4
    let context = try Context()
    let poller = Poller()
    var links: [(dealer: Dealer, worker: PretendWorker)] = []
    for number in 1...workers {
      let access = try ClusterAccess(
        folder: cluster.description, as: "worker-\(number)", for: .worker)
      let coordinator = try access.coordinators()[0]
      let dealer = try Dealer(in: context, keys: access.keys, serverKey: coordinator.key)
      try dealer.connect(coordinator.endpoint)
      _ = poller.add(dealer)
      guard let node = NodeName("worker-\(number)") else { return .failure }
      links.append((dealer, PretendWorker(node, catalogue)))
    }
    let isOver = Locked(false)
    let signals = try Signals { _ in isOver.withLock { $0 = true } }
    defer { signals.stop() }
    let clock = MonotonicClock()
    var next = clock.now
    while !isOver.withLock({ $0 }) {
      _ = poller.wait(timeoutMilliseconds: Self.turnMilliseconds)
      let isTime = clock.now >= next
      if isTime { next = clock.now + Self.heartbeatMilliseconds }
      for index in links.indices {
        if isTime { _ = links[index].dealer.send(links[index].worker.signOfLife.packed()) }
        while let incoming = links[index].dealer.receive() {
          let frame = try Frame(packed: incoming.bytes)
          for answer in links[index].worker.answers(to: frame.message) {
            // What is lost here is asked for again, as on any network.
            _ = links[index].dealer.send(answer.packed())
          }
        }
      }
    }
    return .success
  }

  /// What a unit adds to the report of training: as much as a real one.
  private static func summary() throws -> [UInt8] {
    let (sku, end) = (try SKU("any"), Day(number: 20_000))
    let units = (0..<90).map { Double($0 % 7) }
    let series = DemandSeries(start: end + (1 - units.count), units: units)
    let demand = [LocationDemand(location: try Location("W"), series: series)]
    let asked = FitSettings(candidates: [.seasonalNaive])
    let model = ItemModel.fit(demand, asOf: end, settings: asked)
    let cleaning = CleaningSum(sku, demand, events: [], asOf: end)
    return TrainSummary(model, asked: asked.candidates, cleaning: cleaning).packed()
  }
}
