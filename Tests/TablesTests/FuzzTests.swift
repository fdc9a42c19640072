import Demand
import Tables
import TestSupport
import Testing

@Suite("Mutated tables")
struct FuzzTests {
  private static let alphabet = Array("a1,,\"\"\n\n\r\0-.é ".utf8) + [0xFF, 0xEF, 0xBB, 0xBF]

  @Test(
    "whatever the bytes, accepted records read the same after they were written", arguments: 1...4)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    for round in 0..<150 {
      let length = Int.random(in: 0...120, using: &random)
      let text = (0..<length).map { _ in
        Self.alphabet.randomElement(using: &random) ?? 0
      }
      let accepted = try fields(ByteSource(bytes: text, name: "fuzz"))
      let path = folder.file("\(round).csv")
      var writer = try DelimitedWriter(path: path)
      for record in accepted {
        for field in record { try writer.field(field) }
        try writer.endRow()
      }
      try writer.finish()
      let again = try fields(ByteSource(path: path))
      #expect(again == accepted, "seed \(seed) round \(round): \(text)")
    }
  }

  @Test("how the bytes arrive changes nothing", arguments: 1...4)
  func pieces(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for round in 0..<100 {
      let text = (0..<200).map { _ in Self.alphabet.randomElement(using: &random) ?? 0 }
      let whole = try records(ByteSource(bytes: text, name: "fuzz"))
      for pieceBytes in [1, 2, 3, 7, 64] {
        let source = ByteSource(bytes: text, name: "fuzz", pieceBytes: pieceBytes)
        #expect(try records(source) == whole, "seed \(seed) round \(round) by \(pieceBytes)")
      }
    }
  }

  @Test("the careful scan reads what the quick one reads", arguments: 1...4)
  func scansAgree(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for round in 0..<100 {
      let rows = (0..<8).map { _ in
        (0..<Int.random(in: 2...5, using: &random)).map { _ in
          String(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
              "ab7 -.é".randomElement(using: &random) ?? "a"
            })
        }
      }
      let plain = rows.map { $0.joined(separator: ",") + "\r\n" }.joined()
      let quoted = rows.map { $0.map { "\"\($0)\"" }.joined(separator: ",") + "\r\n" }.joined()
      let expected = try records(plain)
      #expect(try records(quoted) == expected, "seed \(seed) round \(round)")
      #expect(expected.count == rows.count)
    }
  }

  @Test("mutated sales are accepted or rejected, each row once and in order", arguments: 1...4)
  func sales(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let header = Array("sku,location,date,units,price,promotion\n".utf8)
    let row = Array("SKU-1,berlin,2026-11-20,17,9.90,1\n".utf8)
    for round in 0..<100 {
      var rows = Array(repeating: row, count: 8).flatMap { $0 }
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let at = Int.random(in: 0..<rows.count, using: &random)
        rows[at] = Self.alphabet.randomElement(using: &random) ?? 0
      }
      var reader = try SalesReader(ByteSource(bytes: header + rows, name: "fuzz"))
      var units: [Double] = []
      var lines: [Int] = []
      let more = unsafe try reader.read(
        row: { unsafe units.append($0.units) }, rejected: { lines.append($0.line) })
      #expect(!more)
      #expect(units.allSatisfy { $0 >= 0 && $0 <= SalesRow.maximumUnits })
      #expect(lines == lines.sorted(), "seed \(seed) round \(round)")
      #expect(units.count + lines.count <= 8 + 12, "seed \(seed) round \(round)")
    }
  }

  private func fields(_ source: ByteSource) throws -> [[[UInt8]]] {
    var reader = DelimitedReader(source)
    var found: [[[UInt8]]] = []
    while true {
      switch try reader.next() {
      case .end: return found
      case .rejected: continue
      case .record:
        found.append((0..<reader.fieldCount).map { index in unsafe Array(reader.field(index)) })
      }
    }
  }
}
