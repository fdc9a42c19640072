/// The answers of all shards to one question, in whatever order they come. They are added in the
/// order of shards, so that it does not matter who gave which, when, or how often.
public struct RoundSums: Sendable {
  private let warehouseCount: Int
  private var shards: [[LimitSums]?]
  /// How many shards have not answered.
  public private(set) var missing: Int

  /// Nobody has answered.
  public init(shardCount: Int, warehouseCount: Int) {
    self.warehouseCount = warehouseCount
    shards = Array(repeating: nil, count: shardCount)
    missing = shardCount
  }

  /// Takes a shard's answer; a second one is the same and changes nothing.
  public mutating func take(_ sums: [LimitSums], shard: Int) {
    precondition(sums.count == warehouseCount, "sums of other warehouses")
    if shards[shard] == nil { missing -= 1 }
    shards[shard] = sums
  }

  /// The sums by warehouse, once no shard is missing.
  public var total: [LimitSums]? {
    guard missing == 0 else { return nil }
    var total = Array(repeating: LimitSums(), count: warehouseCount)
    for case .some(let sums) in shards {
      for warehouse in total.indices { total[warehouse] += sums[warehouse] }
    }
    return total
  }
}
