import Packing
import TestSupport
import Testing

@testable import Demand

@Suite("Ways of supply")
struct SupplyTests {
  private static func option(_ random: inout SplitMix64) throws -> SupplyOption {
    func amount(_ random: inout SplitMix64) -> Double? {
      Bool.random(using: &random) ? Double.random(in: 0...1e6, using: &random) : nil
    }
    let isSupplier = Bool.random(using: &random)
    let number = Int.random(in: 0..<5, using: &random)
    var option = SupplyOption(
      origin: isSupplier ? .supplier("größe \(number)") : .warehouse(try Location("w\(number)")))
    option.unitCost = amount(&random)
    option.leadTimeDays = amount(&random)
    option.leadTimeDeviation = amount(&random)
    option.minimumOrder = amount(&random)
    option.orderMultiple = amount(&random)
    option.maximumOrder = amount(&random)
    option.orderCost = amount(&random)
    option.available = amount(&random)
    option.isIncremental = Bool.random(using: &random)
    for size in 0..<Int.random(in: 0...SupplyOption.maximumBreaks, using: &random) {
      option.breaks.append(PriceBreak(from: Double(1 + size * 10), unitCost: 100 - Double(size)))
    }
    return option
  }

  @Test("an option comes back, whatever of it is known", arguments: 0..<100 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let option = try Self.option(&random)
    #expect(try SupplyOption(packed: option.packed()) == option, "seed \(seed)")
  }

  @Test("every truncation of an option is refused")
  func truncated() throws {
    var random = SplitMix64(seed: 3)
    let bytes = try Self.option(&random).packed()
    for count in bytes.indices {
      #expect(throws: PackingError.self) {
        _ = try SupplyOption(packed: Array(bytes.prefix(count)))
      }
    }
  }

  @Test("numbers that cannot be, and breaks that do not ascend, are refused")
  func hostile() {
    for value in [-1, 1e16, .nan, .infinity] {
      let option = SupplyOption(origin: .supplier("a"), available: value)
      #expect(throws: PackingError.self) { _ = try SupplyOption(packed: option.packed()) }
    }
    let steps = [PriceBreak(from: 10, unitCost: 3), PriceBreak(from: 10, unitCost: 2)]
    let option = SupplyOption(origin: .supplier("a"), breaks: steps)
    #expect(throws: PackingError.self) { _ = try SupplyOption(packed: option.packed()) }
    let nameless = SupplyOption(origin: .supplier(""))
    #expect(throws: PackingError.self) { _ = try SupplyOption(packed: nameless.packed()) }
  }

  @Test("rows of a batch come back, with a location and without")
  func batch() throws {
    var writer = SupplyBatchWriter()
    let option = SupplyOption(origin: .supplier("acme"), unitCost: 2)
    writer.append(try SKU("a"), nil, option)
    writer.append(try SKU("b"), try Location("north"), option)
    var reader = SupplyBatchReader(writer.bytes)
    let first = try #require(try reader.next())
    let second = try #require(try reader.next())
    #expect(first.sku.description == "a" && first.location == nil && first.option == option)
    #expect(second.location?.description == "north" && second.option == option)
    #expect(try reader.next() == nil)
    var cut = SupplyBatchReader(Array(writer.bytes.dropLast()))
    _ = try cut.next()
    #expect(throws: PackingError.self) { _ = try cut.next() }
  }

  @Test("a list has one option an origin, the last, in an order that does not depend on theirs")
  func list() throws {
    let options = [
      SupplyOption(origin: .warehouse(try Location("a")), unitCost: 1),
      SupplyOption(origin: .supplier("z"), unitCost: 2),
      SupplyOption(origin: .supplier("b"), unitCost: 3),
    ]
    var one = SupplyList()
    var other = SupplyList()
    _ = other.put(SupplyOption(origin: .supplier("z"), unitCost: 9))
    for option in options { _ = one.put(option) }
    for option in options.reversed() { _ = other.put(option) }
    #expect(one == other && one.packed() == other.packed())
    #expect(one.options.map(\.unitCost) == [3, 2, 1])
    #expect(try SupplyList(packed: one.packed()) == one)
  }

  @Test("a list that is full takes what is there already and nothing else")
  func fullList() {
    var list = SupplyList()
    let places = (0..<SupplyList.maximumCount).map { number in
      list.put(SupplyOption(origin: .supplier("s\(number)")))
    }
    #expect(places.allSatisfy { $0 })
    let full = list
    let isTaken = list.put(SupplyOption(origin: .supplier("one more")))
    #expect(!isTaken && list == full)
    let isReplaced = list.put(SupplyOption(origin: .supplier("s7"), unitCost: 1))
    #expect(isReplaced && list != full)
  }
}
