import FoundationEssentials
import TestSupport
import Testing
import Threading

@Suite("granary sample")
struct SampleVerbTests {
  private static let files = [
    "sales.csv", "items.csv", "warehouses.csv", "inventory.csv", "events.csv",
  ]

  private func sample(_ folder: String, _ words: [String] = []) throws -> Binary.Result {
    try Binary.run(
      ["sample", "--output", folder, "--skus", "12", "--warehouses", "2", "--days", "60"] + words)
  }

  @Test("writes the same bytes for the same options")
  func determinism() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (folder.file("a/b/one"), folder.file("two"))
    #expect(try sample(one).exit == .code(0))
    #expect(try sample(two).exit == .code(0))
    for file in Self.files { #expect(try text("\(one)/\(file)") == text("\(two)/\(file)")) }
  }

  @Test("writes other sales for another seed")
  func seed() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (folder.file("one"), folder.file("two"))
    _ = try sample(one)
    _ = try sample(two, ["--seed", "2"])
    #expect(try text("\(one)/sales.csv") != text("\(two)/sales.csv"))
  }

  @Test("ends on the day that it is told")
  func lastDay() throws {
    let folder = try TemporaryFolder()
    _ = try sample(folder.path, ["--last-day", "2024-02-29"])
    let days = rows(try text(folder.file("sales.csv"))).dropFirst().map { $0[2] }
    #expect(days.max() == "2024-02-29")
    #expect(days.allSatisfy { $0 >= "2024-01-01" })
  }

  @Test("says as JSON what it wrote")
  func json() throws {
    let folder = try TemporaryFolder()
    let result = try sample(folder.path, ["--json"])
    let decoded = try JSONDecoder().decode(Summary.self, from: Data(result.output.utf8))
    #expect(decoded.skus == 12)
    #expect(decoded.sales_rows == rows(try text(folder.file("sales.csv"))).count - 1)
    #expect(decoded.last_day == "2026-11-19")
  }

  private struct Summary: Decodable {
    var skus: Int
    var sales_rows: Int
    var last_day: String
  }

  @Test("writes the truth and the future where they are asked for, and negative units likewise")
  func truth() throws {
    let folder = try TemporaryFolder()
    let (plain, told) = (folder.file("plain"), folder.file("told"))
    _ = try sample(plain)
    let result = try sample(told, ["--truth", "--horizon", "3", "--returns", "--threads", "2"])
    #expect(result.exit == .code(0) && result.output.contains("rows of truth"))
    #expect(throws: (any Error).self) { try text("\(plain)/truth.csv") }
    let days = rows(try text("\(told)/future.csv")).dropFirst().map { $0[2] }
    #expect(Set(days) == ["2026-11-20", "2026-11-21", "2026-11-22"])
    #expect(rows(try text("\(told)/truth.csv")).contains { $0[2] == "2026-11-22" })
    #expect(try text("\(told)/sales.csv").contains(",-1,"))
    #expect(try !text("\(plain)/sales.csv").contains(",-1,"))
    #expect(
      try Binary.refusal("sample", "--output", "x", "--horizon", "3")
        == "granary: --horizon is about what --truth writes; add --truth or leave it out\n")
  }

  @Test("refuses sizes that make no sense, and says which do")
  func limits() throws {
    #expect(
      try Binary.refusal("sample", "--output", "x", "--skus", "0")
        == "granary: --skus \"0\": wanted a whole number from 1 to 10000000\n")
    #expect(
      try Binary.refusal("sample", "--output", "x", "--last-day", "2026-02-30").hasPrefix(
        "granary: --last-day \"2026-02-30\": wanted a date such as 2026-11-20 from 1970-01-01"))
    #expect(
      try Binary.refusal("sample", "--output", "x", "--last-day", "1970-02-01")
        == """
        granary: 730 days before 1970-02-01 start before 1970-01-01; take fewer --days or a later \
        --last-day

        """)
    #expect(
      try Binary.refusal("sample") == """
        granary: `granary sample` needs --output DIR; `granary sample --help` says more

        """)
  }

  @Test("is written over another sample, and not over somebody's own tables")
  func ownTables() throws {
    let folder = try TemporaryFolder()
    let (other, own) = (folder.file("other"), folder.file("own"))
    #expect(try sample(other).exit == .code(0))
    #expect(try sample(other).exit == .code(0))
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
    let rows = "sku,on_hand\r\nA-1,3\r\n"
    try rows.write(toFile: "\(own)/inventory.csv", atomically: false, encoding: .utf8)
    let result = try sample(own)
    #expect(result.exit == .code(2))
    #expect(result.errors.contains("inventory.csv is there and is no sample"))
    #expect(try text("\(own)/inventory.csv") == rows)
    #expect(!FileManager.default.fileExists(atPath: "\(own)/sales.csv"))
  }

  @Test("names a folder that cannot be made")
  func noFolder() throws {
    #expect(
      try Binary.refusal("sample", "--output", "/dev/null/sample", code: 6).contains(
        "/dev/null/sample: the folder cannot be made: Not a directory"))
  }
}
