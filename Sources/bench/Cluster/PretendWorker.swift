import Demand
import WireProtocol

/// A worker without data: it says at once what a worker would say, and does nothing.
///
/// So the coordinator is measured by what it is told and what it tells, not by what workers make of
/// it.
struct PretendWorker {
  /// What its units come to.
  struct Catalogue {
    /// SKUs of each shard.
    var skusPerShard: UInt64 = 0
    var latestDay = Day(number: 20_000)
    /// A unit's part of the report.
    var summary: [UInt8] = []
    /// Every so many units name a SKU that no model could take; 0 for none.
    var unitsPerQuarantine = 0
  }

  /// Its data was never there before, so it was never started before.
  static let incarnation: UInt64 = 1

  let node: NodeName
  let catalogue: Catalogue
  /// How many copies of shards it was told to make.
  private(set) var copies = 0
  /// Whether it may go, after it said that it wants to leave.
  private(set) var mayLeave = false
  var isLeaving = false
  private(set) var isMember = false
  private(set) var units = 0
  private var clusterID: UInt64 = 0
  private var ordersVersion: UInt64 = 0
  private var documentVersion: UInt64 = 0
  /// The shards of which it is a learner.
  private var learning: Set<Int> = []
  /// The learners of its own shards, which have everything at once.
  private var ready: [ShardFollower] = []

  init(_ node: NodeName, _ catalogue: Catalogue = Catalogue()) {
    self.node = node
    self.catalogue = catalogue
  }

  /// What it says now and then: that it is there, or how it is.
  var signOfLife: Frame {
    guard isMember else {
      return frame(
        .hello(
          Hello(
            node: node, incarnation: Self.incarnation, clusterID: clusterID,
            endpoint: "tcp://\(node)", publicKey: "", credits: 64, held: [], host: node.text)))
    }
    return frame(
      .heartbeat(
        Heartbeat(
          node: node, incarnation: Self.incarnation, ordersVersion: ordersVersion,
          documentVersion: documentVersion, isLeaving: isLeaving,
          ready: ready)))
  }

  /// What it answers to the coordinator.
  mutating func answers(to message: Message) -> [Frame] {
    switch message {
    case .welcome(let welcome):
      clusterID = welcome.clusterID
      isMember = true
      return [signOfLife]
    case .orders(let orders):
      guard isMember, orders.version > ordersVersion else { return [] }
      ordersVersion = orders.version
      mayLeave = orders.mayLeave
      follow(orders)
      return [signOfLife]
    case .document(let document):
      documentVersion = document.version
      return [signOfLife]
    case .survey(let survey):
      let shards = survey.shards.map {
        SurveyedShard(shard: $0.shard, skus: catalogue.skusPerShard)
      }
      let report = SurveyReport(run: survey.run, shards: shards, latestDay: catalogue.latestDay)
      return [frame(.surveyReport(report))]
    case .unitOrder(let order):
      units += 1
      return [
        frame(.unitReport(UnitReport(id: order.id, epoch: order.epoch, outcome: outcome(order.id))))
      ]
    default: return []
    }
  }

  /// Copies what it is to learn, and finds its learners to have caught up.
  private mutating func follow(_ orders: Orders) {
    let asked = Set(orders.following.filter(\.isLearner).map(\.shard))
    copies += asked.subtracting(learning).count
    learning = asked
    let followers = orders.owned.flatMap { owned in
      owned.learners.map {
        ShardFollower(shard: owned.shard, epoch: owned.epoch, node: orders.peers[$0].node)
      }
    }
    ready = Array(followers.prefix(Limits.followersPerHeartbeat))
  }

  private func outcome(_ unit: UnitID) -> UnitOutcome {
    var outcome = UnitOutcome(skus: UInt64(Slice.targetSize), summary: catalogue.summary)
    if catalogue.unitsPerQuarantine > 0, units.isMultiple(of: catalogue.unitsPerQuarantine),
      let sku = try? SKU("poison-\(unit.shard)-\(unit.slice)")
    {
      outcome.quarantined = 1
      outcome.named = [QuarantinedSKU(sku: sku, reason: "it ended its trainer with signal 4")]
    }
    return outcome
  }

  private func frame(_ message: Message) -> Frame {
    Frame(request: Self.incarnation, message)
  }
}
