import Allocation
import Packing

extension PlanQuestion {
  private static let version: UInt8 = 1

  func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(Self.version)
    writer.optional(classBounds) { $1.pack(into: &$0) }
    switch ask {
    case .values: writer.fixed(UInt8(0))
    case .extremes: writer.fixed(UInt8(1))
    case .worst(let limit):
      writer.fixed(UInt8(2))
      limit.pack(into: &writer)
    case .sums(let prices, let hasLines):
      writer.fixed(UInt8(3))
      prices.pack(into: &writer)
      writer.bool(hasLines)
    case .moves(let repair):
      writer.fixed(UInt8(4))
      repair.pack(into: &writer)
    case .names(let changes):
      writer.fixed(UInt8(5))
      writer.changes(changes)
    case .releases(let plan, let changes, let release):
      writer.fixed(UInt8(6))
      plan.pack(into: &writer)
      writer.changes(changes)
      writer.blob(release)
    }
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    guard try reader.byte() == Self.version else { throw .invalid(what: "version of a question") }
    classBounds = try reader.optional { reader throws(PackingError) in
      try ClassBounds(from: &reader)
    }
    switch try reader.byte() {
    case 0: ask = .values
    case 1: ask = .extremes
    case 2: ask = .worst(try Limit(from: &reader))
    case 3: ask = .sums(try Prices(from: &reader), hasLines: try reader.bool())
    case 4: ask = .moves(try RepairQuestion(from: &reader))
    case 5: ask = .names(try reader.changes())
    case 6:
      let plan = try PricedPlan(from: &reader)
      let changes = try reader.changes()
      ask = .releases(plan, changes, try reader.blob("release", limit: 1 << 20))
    default: throw .invalid(what: "question")
    }
    try reader.finish()
  }
}
