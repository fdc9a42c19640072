import FuzzTargets
import Packing
import Testing

/// What was found in how shards are asked while plans are priced.
@Suite struct PlanFindingTests {
  /// What `PlanQuestion` packs: prices for three warehouses and all other places.
  private func question(cashPrice: Double) -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(UInt8(1))
    writer.bool(false)
    writer.fixed(UInt8(3))
    for _ in ["space", "lines"] {
      writer.count(4)
      for _ in 0..<4 { writer.double(0) }
    }
    writer.double(cashPrice)
    writer.double(1)
    writer.bool(true)
    return writer.bytes
  }

  /// A price of 10^307 made what a lot costs infinite, and a reorder point that would serve it was
  /// looked for without end.
  @Test
  func `prices that cannot be reckoned with are refused, and none is searched for without end`()
    throws
  {
    let plans = try #require(FuzzTarget.all.first { $0.name == "plans" })
    let reader = try #require(plans.readers.first { $0.name == "question of pricing" })
    #expect(try reader.check(question(cashPrice: 0.1)) == .taken)
    #expect(try reader.check(question(cashPrice: 1e60)) == .taken)
    #expect(try reader.check(question(cashPrice: 1.2e307)) == .refused)
    #expect(try reader.check(question(cashPrice: .infinity)) == .refused)
  }
}
