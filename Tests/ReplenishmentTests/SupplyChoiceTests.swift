import Demand
import Packing
import TestSupport
import Testing

@testable import Replenishment

@Suite struct SupplyChoiceTests {
  func chosen(_ options: [SupplyOption], _ change: (inout Kept) throws -> Void = { _ in }) throws
    -> StockPolicy
  {
    var kept = Kept()
    kept.forecast = Records.normal(rate: 10, deviation: 5)
    kept.options = options
    try change(&kept)
    return try kept.policy()
  }

  func supplier(
    _ name: String, _ cost: Double?, days: Double? = nil,
    change: (inout SupplyOption) -> Void = { _ in }
  ) -> SupplyOption {
    var option = SupplyOption(
      origin: .supplier(name), unitCost: cost, leadTimeDays: days)
    change(&option)
    return option
  }

  @Test func `what a supplier does not say is the item's, then the settings'`() throws {
    let policy = try chosen([supplier("acme", nil) { $0.orderMultiple = 12 }])
    #expect(policy.unitCost == 10 && policy.leadTimeDays == 11 && policy.orderCost == 4)
    #expect(policy.orderMultiple == 12 && policy.supplier == "acme")
    #expect(policy.basis.isEmpty)
  }

  @Test func `the supplier with the least cost of a year is taken, wherever it stands`() throws {
    let near = supplier("near", 10.01, days: 2)
    let far = supplier("far", 10, days: 60)
    let cheap = supplier("cheap", 9, days: 60)
    #expect(try chosen([far, near]).supplier == "near")
    #expect(try chosen([near, far]).supplier == "near")
    #expect(try chosen([near, cheap, far]).supplier == "cheap")
  }

  @Test func `a price break counts where its lot can be ordered`() throws {
    let listed = supplier("listed", 10) { $0.breaks = [PriceBreak(from: 200, unitCost: 9)] }
    let plain = supplier("plain", 9.8)
    #expect(try chosen([plain, listed]).supplier == "listed")
    var bounded = listed
    bounded.maximumOrder = 150
    #expect(try chosen([plain, bounded]).supplier == "plain")
  }

  @Test func `of two as cheap the first by name is taken`() throws {
    let (first, second) = (supplier("acme", 9), supplier("bolt", 9))
    #expect(try chosen([second, first]).supplier == "acme")
    #expect(try chosen([first, second]).supplier == "acme")
  }

  @Test func `who has nothing to deliver is taken only where no other can`() throws {
    let empty = supplier("empty", 1) { $0.available = 0 }
    #expect(try chosen([empty, supplier("acme", 9)]).supplier == "acme")
    #expect(try chosen([empty]).supplier == "empty")
  }

  @Test func `other warehouses are no suppliers`() throws {
    let lane = SupplyOption(
      origin: .warehouse(try Location("Brno")), unitCost: 0.1, leadTimeDays: 1)
    #expect(try chosen([lane]).supplier == "")
    #expect(try chosen([lane, supplier("acme", 9)]).supplier == "acme")
  }

  @Test func `rules about a supplier hold where it is chosen`() throws {
    let options = [supplier("acme", 9), supplier("bolt", 10)]
    let policy = try chosen(options) {
      try $0.rule("supplier=bolt") { $0.fixedLot = 5 }
      try $0.rule("supplier=acme") { $0.fixedLot = 7 }
    }
    #expect(policy.lot == 7 && policy.rules == ["supplier=acme: lot of 7"])
  }

  @Test func `days that are no whole ones are rounded up`() throws {
    #expect(try chosen([supplier("acme", 9, days: 2.2)]).leadTimeDays == 3)
    #expect(try chosen([supplier("acme", 9, days: 3)]).leadTimeDays == 3)
  }

  @Test func `values that cannot be are a fault of the SKU and not the end`() throws {
    var kept = Kept()
    kept.options = [
      supplier("acme", .nan) {
        $0.maximumOrder = -4
        $0.breaks = [PriceBreak(from: .nan, unitCost: 1), PriceBreak(from: 50, unitCost: -1)]
      }
    ]
    let policies = try kept.policies()
    #expect(policies.faults == [.impossibleItemValue])
    #expect(policies.policies[0].basis.contains(.corrected))
    #expect(policies.policies[0].maximumOrder == .infinity)
    kept.options = [supplier("acme", 9)]
    #expect(try kept.policies().faults == [[]])
  }
}

@Suite struct PolicySettingsTests {
  @Test func `every setting comes back as it was`() throws {
    var settings = PolicySettings()
    settings.serviceType = .fill
    settings.stockoutShare = 0.7
    settings.hysteresis = 0.11
    settings.spaceShare = 0.6
    settings.objective = .service
    settings.usesClasses = true
    settings.serviceLevelA = 0.99
    settings.serviceLevelB = 0.97
    settings.serviceLevelC = 0.8
    settings.serviceAdditionY = 0.02
    settings.serviceAdditionZ = -0.07
    settings.scarceSplit = .days
    #expect(try PolicySettings(packed: settings.packed()) == settings)
    try settings.validate()
    #expect(settings.clamped() == settings)
  }

  @Test func `settings of the first form are read, and the new ones are the defaults`() throws {
    for level in [0.5, 0.75, 0.95, 0.999] {
      var writer = ByteWriter()
      for value in [level, 0.25, 1, 50, 7, 0.001, 1, 91, 180] { writer.figure(value) }
      var expected = PolicySettings()
      expected.serviceLevel = level
      #expect(try PolicySettings(packed: writer.bytes) == expected)
    }
  }

  @Test func `settings outside their ranges are brought back`() {
    var settings = PolicySettings()
    settings.hysteresis = .nan
    settings.spaceShare = 3
    settings.serviceAdditionZ = -9
    let clamped = settings.clamped()
    #expect(clamped.hysteresis == 0 && clamped.spaceShare == 1)
    #expect(clamped.serviceAdditionZ == -0.5)
  }

  @Test func `a truncated form is refused`() throws {
    let bytes = PolicySettings().packed()
    for length in 0..<bytes.count {
      #expect(throws: PackingError.self) { try PolicySettings(packed: Array(bytes[..<length])) }
    }
  }
}
