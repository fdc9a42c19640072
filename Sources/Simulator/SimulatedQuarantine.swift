import Coordination
import Demand
import WireProtocol

/// What a client wants of the quarantine of all shards: to see it or to change it. Each shard is
/// asked again until it has answered.
struct SimulatedQuarantine {
  enum Wish {
    /// What is in it, read from any copy.
    case list
    /// A change of some SKUs, or of all; asked of primaries.
    case change(QuarantineUpdate.Action, [UInt64])
  }

  /// How often those who have not answered are asked again.
  private static let againMilliseconds: Int64 = 500

  private let wish: Wish
  /// When it is wanted first.
  private let beginsAt: Instant
  private var askedAt: Instant?
  /// The last number of a request: none is used twice.
  private var request: UInt64 = 0
  /// The shards that have not answered, and the SKUs of each.
  private var waiting: [Int: [SKU]] = [:]

  init(_ wish: Wish, from beginsAt: Instant, shardCount: Int) {
    self.wish = wish
    self.beginsAt = beginsAt
    switch wish {
    case .change(_, let rows) where !rows.isEmpty:
      for row in rows {
        let sku = SimulatedShard.sku(of: row)
        waiting[Int(row % UInt64(shardCount)), default: []] += sku.map { [$0] } ?? []
      }
    case .change, .list: for shard in 0..<shardCount { waiting[shard] = [] }
    }
  }

  var isDone: Bool { waiting.isEmpty }

  var standstill: String { "to ask shards \(waiting.keys.sorted()) about their quarantine" }

  /// Whether a map is to be asked for now; when it comes, the shards are asked.
  mutating func isDue(at now: Instant) -> Bool {
    guard !isDone, now >= beginsAt, askedAt.map({ now - $0 >= Self.againMilliseconds }) ?? true
    else { return false }
    askedAt = now
    return true
  }

  /// What to ask of whom, by a map.
  mutating func questions(by placement: Placement) -> [(Frame, NodeName)] {
    var questions: [(Frame, NodeName)] = []
    for (shard, skus) in waiting.sorted(by: { $0.key < $1.key })
    where placement.assignments.indices.contains(shard) {
      let place = placement.assignments[shard]
      request += 1
      switch wish {
      case .list:
        let copies = place.copies
        guard !copies.isEmpty else { continue }
        let question = RowsRequest(
          scope: .table(.quarantine), shard: shard, epoch: place.epoch, cursor: [])
        questions.append(
          (Frame(request: request, .rowsRequest(question)), copies[Int(request) % copies.count]))
      case .change(let action, _):
        guard let primary = place.primary else { continue }
        let change = QuarantineChange(
          shard: shard, epoch: place.epoch, update: QuarantineUpdate(action, skus))
        questions.append((Frame(request: request, .quarantineChange(change)), primary))
      }
    }
    return questions
  }

  mutating func answered(_ shard: Int) { waiting[shard] = nil }
}
