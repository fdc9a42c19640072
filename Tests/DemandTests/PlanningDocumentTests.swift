import Packing
import TestSupport
import Testing

@testable import Demand

@Suite("The planning document")
struct PlanningDocumentTests {
  private static func rule(_ random: inout SplitMix64) throws -> PolicyRule {
    func amount(_ random: inout SplitMix64) -> Double? {
      Bool.random(using: &random) ? Double.random(in: 0..<1e6, using: &random) : nil
    }
    func flip(_ random: inout SplitMix64) -> Bool { Bool.random(using: &random) }
    var scope = PolicyScope()
    if flip(&random) { scope.sku = try SKU("A \"1\"") }
    if flip(&random) { scope.category = "home and garden" }
    if flip(&random) { scope.location = try Location("Köln") }
    if flip(&random) { scope.supplier = "*" }
    if flip(&random) { scope.valueClass = ValueClass.allCases.randomElement(using: &random) }
    if flip(&random) {
      scope.variabilityClass = VariabilityClass.allCases.randomElement(using: &random)
    }
    if flip(&random) { scope.lifecycle = Lifecycle.allCases.randomElement(using: &random) }
    var rule = PolicyRule(scope: scope)
    if flip(&random) { rule.serviceType = ServiceType.allCases.randomElement(using: &random) }
    if flip(&random) { rule.serviceLevel = Double.random(in: 0..<1, using: &random) }
    rule.holdingRate = amount(&random)
    rule.stockoutCost = amount(&random)
    rule.backorderCost = amount(&random)
    rule.minimumCoverDays = amount(&random)
    rule.maximumCoverDays = amount(&random)
    if flip(&random) { rule.doNotStock = flip(&random) }
    rule.fixedLot = amount(&random)
    return rule
  }

  private static func document(_ random: inout SplitMix64) throws -> PlanningDocument {
    var document = PlanningDocument()
    document.warehouses = WarehouseList([
      Warehouse(
        location: try Location("Köln"), capacityCubicMetres: 1_200.5, receivingLinesPerDay: 40),
      Warehouse(location: try Location("north"), storageCostPerCubicMetreYear: 80),
    ])
    for _ in 0..<8 { document.rules.append(try rule(&random)) }
    if Bool.random(using: &random) { document.limits.cash = 1e6 }
    if Bool.random(using: &random) { document.limits.cashToday = 5e4 }
    document.lanes.append(
      Lane(
        origin: try Location("north"), destination: try Location("Köln"), leadTimeDays: 2,
        unitCost: 0.25))
    return document
  }

  @Test("it comes back whole", arguments: 0..<60 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let document = try Self.document(&random)
    #expect(try PlanningDocument(packed: document.packed()) == document, "seed \(seed)")
  }

  @Test("every truncation of it is refused")
  func truncated() throws {
    var random = SplitMix64(seed: 5)
    let bytes = try Self.document(&random).packed()
    for count in bytes.indices.dropFirst() {
      #expect(throws: PackingError.self) {
        _ = try PlanningDocument(packed: Array(bytes.prefix(count)))
      }
    }
  }

  @Test("bytes that were damaged are read or refused, and nothing traps", arguments: 0..<200)
  func damaged(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var bytes = try Self.document(&random).packed()
    for _ in 0..<3 {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      bytes[index] = UInt8.random(in: 0...255, using: &random)
    }
    if let document = try? PlanningDocument(packed: bytes) {
      #expect(try PlanningDocument(packed: document.packed()) == document, "seed \(seed)")
    }
  }

  @Test("no bytes are nothing, and a list of warehouses, the first form, is read")
  func firstForm() throws {
    #expect(try PlanningDocument(packed: []) == PlanningDocument())
    var writer = ByteWriter()
    writer.count(2)
    writer.blob(Array("lyon".utf8))
    writer.bool(true)
    writer.double(100)
    writer.double(50)
    writer.blob(Array("berlin".utf8))
    writer.bool(false)
    writer.double(0)
    var document = PlanningDocument()
    document.warehouses = WarehouseList([
      Warehouse(
        location: try Location("lyon"), capacityCubicMetres: 100,
        storageCostPerCubicMetreYear: 50),
      Warehouse(location: try Location("berlin")),
    ])
    #expect(try PlanningDocument(packed: writer.bytes) == document)
    #expect(throws: PackingError.self) { _ = try PlanningDocument(packed: writer.bytes + [0]) }
  }

  @Test("more warehouses than there may be are refused before they are read")
  func tooManyWarehouses() {
    var writer = ByteWriter()
    writer.count(WarehouseList.maximumCount + 1)
    #expect(throws: PackingError.tooLarge(what: "warehouses", value: 1_001, limit: 1_000)) {
      _ = try PlanningDocument(packed: writer.bytes)
    }
  }
}

@Suite("The scope of a rule")
struct PolicyScopeTests {
  @Test("is written as it is read", arguments: 0..<60 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let names = ["a", "home and garden", "say \"so\"", "*", "k=v", "größe", "\"", " "]
    func name() -> String? {
      Bool.random(using: &random) ? names.randomElement(using: &random) : nil
    }
    var scope = PolicyScope()
    scope.sku = try name().map { try SKU($0) }
    scope.category = name()
    scope.location = try name().map { try Location($0) }
    scope.supplier = name()
    if Bool.random(using: &random) { scope.valueClass = .b }
    if Bool.random(using: &random) { scope.variabilityClass = .z }
    if Bool.random(using: &random) { scope.lifecycle = .runDown }
    #expect(try PolicyScope(text: scope.description) == scope, "\(scope), seed \(seed)")
  }

  @Test("is words joined by spaces")
  func words() throws {
    var scope = PolicyScope()
    #expect(try PolicyScope(text: " * ") == scope)
    scope.category = "home and garden"
    scope.valueClass = .a
    scope.variabilityClass = .x
    #expect(try PolicyScope(text: "class=AX  category=\"home and garden\"") == scope)
    #expect(scope.description == "category=\"home and garden\" class=AX")
    scope = PolicyScope()
    scope.variabilityClass = .y
    #expect(try PolicyScope(text: "class=Y") == scope)
  }

  @Test(
    "that means nothing is refused with what to write instead",
    arguments: [
      ("", "write * for everything"), ("toys", "no \"=\""), ("colour=red", "none of sku, category"),
      ("category=", "names nothing"), ("class=XA", "write A, B or C"), ("class=AB", "class \"AB\""),
      ("lifecycle=old", "run-down"), ("sku=a sku=b", "twice"), ("category=\"a", "does not close"),
      ("* category=a", "no \"=\""),
    ])
  func refused(text: String, hint: String) {
    let error = #expect(throws: DemandError.self) { _ = try PolicyScope(text: text) }
    #expect(error?.description.contains(hint) == true, "\(String(describing: error))")
  }
}
