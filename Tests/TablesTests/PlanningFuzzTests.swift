import Demand
import Packing
import TestSupport
import Tables
import Testing

@Suite("Mutated tables of what plans are made by")
struct PlanningFuzzTests {
  private static let alphabet = Array("a1,,;:*=\"\n -.é".utf8) + [0xFF, 0x30, 0x39]

  private static func mutated(
    _ row: String, _ header: [String], _ random: inout SplitMix64
  ) -> ByteSource {
    var rows = Array(String(repeating: row + "\n", count: 8).utf8)
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      let at = Int.random(in: 0..<rows.count, using: &random)
      rows[at] = alphabet.randomElement(using: &random) ?? 0
    }
    let first = Array((header.joined(separator: ",") + "\n").utf8)
    return ByteSource(bytes: first + rows, name: "fuzz")
  }

  @Test("whatever is accepted of them can be sent and is read back the same", arguments: 1...4)
  func accepted(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for round in 0..<150 {
      let note = "seed \(seed) round \(round)"
      var options: [SupplyOption] = []
      var document = PlanningDocument()
      var suppliers = try SupplierReader(
        Self.mutated(
          "acme,s,*,5,7,1.5,24,12,240,60,incremental 9:4;99:3,90", SupplierReader.columns, &random))
      _ = try suppliers.read(option: { options.append($2) }, rejected: { _ in })
      var lanes = try DistributionReader(
        Self.mutated("*,a1,b,2,0.5", DistributionReader.columns, &random))
      _ = try lanes.read(
        option: { options.append($2) }, lane: { document.lanes.append($0) }, rejected: { _ in })
      for option in options {
        #expect(try SupplyOption(packed: option.packed()) == option, "\(note)")
      }
      document.rules = try PolicyReader.read(
        Self.mutated(
          "class=AX sku=a,fill,0.9,0.2,1,2,3,40,1,5", PolicyReader.columns, &random)
      ).rules
      document.limits = try LimitReader.read(
        Self.mutated("cash,199", LimitReader.columns, &random)
      ).limits
      #expect(try PlanningDocument(packed: document.packed()) == document, "\(note)")
      var stock: [Stock] = []
      var inventory = try InventoryReader(
        Self.mutated("a,b,5,1,0,4;9,2026-11-21;2026-11-28", InventoryReader.columns, &random))
      _ = try inventory.read(stock: { stock.append($2) }, rejected: { _ in })
      for found in stock { #expect(try Stock(packed: found.packed()) == found, "\(note)") }
    }
  }
}
