import Demand
import Replenishment

extension ReportDigest {
  /// Adds another part; to be done in the order of shards and SKUs.
  public mutating func merge(_ other: ReportDigest) {
    skus += other.skus
    modelled += other.modelled
    forecast += other.forecast
    planned += other.planned
    quarantined += other.quarantined
    untested += other.untested
    Self.add(other.history, to: &history)
    Self.add(other.expected, to: &expected)
    for (bin, group) in Self.ordered(other.byValue) { byValue[bin, default: .init()].merge(group) }
    for pattern in DemandPattern.allCases {
      if let group = other.byPattern[pattern] { byPattern[pattern, default: .init()].merge(group) }
    }
    for (name, group) in Self.ordered(other.byCategory) {
      let place = Self.place(name, in: byCategory, most: Self.mostNamesMerged)
      byCategory[place, default: .init()].merge(group)
    }
    chosen.merge(other.chosen) { $0 + $1 }
    for bin in errors.indices { errors[bin] += other.errors[bin] }
    worst = Array((worst + other.worst).sorted(by: WorstSKU.isWorse).prefix(Self.mostNamed))
    for (reason, count) in Self.ordered(other.reasons) {
      reasons[Self.place(reason, in: reasons, most: Self.mostNamesMerged), default: 0] += count
    }
    for (sku, reason) in Self.ordered(other.named) where named.count < Self.mostQuarantined {
      named[sku] = reason
    }
    for (name, sum) in Self.ordered(other.bySupplier) {
      let place = Self.place(name, in: bySupplier, most: Self.mostNamesMerged)
      bySupplier[place, default: .init()].merge(sum)
    }
    for (day, sum) in Self.ordered(other.byArrival) {
      guard byArrival[day] != nil || byArrival.count < Self.mostDays else { continue }
      byArrival[day, default: .init()].merge(sum)
    }
    for kind in PlanException.Kind.allCases {
      if let sum = other.exceptions[kind] { exceptions[kind, default: .init()].merge(sum) }
    }
    gravest = Array(
      (gravest + other.gravest).sorted(by: GravestException.isGraver).prefix(Self.mostNamed))
  }

  /// The name under which something is counted: none once there are too many names.
  static func place<Value>(_ name: String, in names: [String: Value], most: Int) -> String {
    names[name] != nil || names.count < most ? name : ""
  }

  /// In an order that does not depend on hashes.
  static func ordered<Key: Comparable, Value>(_ values: [Key: Value]) -> [(Key, Value)] {
    values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  static func add(_ days: [Day: Double], to sums: inout [Day: Double]) {
    for (day, value) in ordered(days) {
      guard sums[day] != nil || sums.count < mostDays else { continue }
      sums[day, default: 0] += value
    }
  }
}
