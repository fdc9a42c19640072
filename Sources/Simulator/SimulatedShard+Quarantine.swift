import Demand
import WireProtocol

/// What people want of the quarantine of a simulated shard, as the real store does it.
extension SimulatedShard {
  /// Decides on a change; the entry that it becomes, if anything changes, is applied in the same
  /// write. No SKUs means all that are in quarantine.
  mutating func take(
    _ update: QuarantineUpdate
  ) -> (count: Int, missing: [SKU], entry: LogEntry?) {
    let missing = update.skus.filter { quarantine[Self.row(of: $0)] == nil }
    let concerned = concerned(by: update)
    let isChange =
      switch update.action {
      case .retry: concerned.contains { quarantine[$0] == false }
      case .release: !concerned.isEmpty
      }
    return (concerned.count, missing, isChange ? append(.quarantine(update)) : nil)
  }

  /// Does what an entry says.
  mutating func apply(_ update: QuarantineUpdate) {
    for row in concerned(by: update) {
      switch update.action {
      case .retry: quarantine[row] = true
      case .release: quarantine[row] = nil
      }
    }
  }

  private func concerned(by update: QuarantineUpdate) -> [UInt64] {
    if update.skus.isEmpty { return quarantine.keys.sorted() }
    return Set(update.skus.map(Self.row)).filter { quarantine[$0] != nil }.sorted()
  }

  /// The row that a SKU stands for.
  static func row(of sku: SKU) -> UInt64 { UInt64("\(sku)") ?? 0 }

  /// The SKU that stands for a row.
  static func sku(of row: UInt64) -> SKU? { try? SKU("\(row)") }
}
