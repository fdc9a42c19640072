import FuzzTargets
import Testing

@Suite struct SeedTests {
  @Test(arguments: FuzzTarget.all.map(\.name)) func `every reader takes some of its seeds`(
    name: String
  ) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    for reader in target.readers {
      let verdicts = try reader.seeds().map { try reader.check($0) }
      #expect(verdicts.contains(.taken), "\(reader.name)")
    }
  }

  @Test func `every named table is also read as JSON objects`() throws {
    let tables = try #require(FuzzTarget.all.first { $0.name == "tables" })
    for reader in tables.readers where reader.name != "records" {
      let objects = try reader.seeds().filter { $0.first == UInt8(ascii: "{") }
      #expect(try objects.contains { try reader.check($0) == .taken }, "\(reader.name)")
    }
  }

  @Test func `networks are read with holidays that share a column and without`() throws {
    let models = try #require(FuzzTarget.all.first { $0.name == "models" })
    let networks = try #require(models.readers.first { $0.name == "network" })
    #expect(try networks.seeds().map(\.first) == [2, 3])
  }

  @Test func `the same seed makes the same inputs, another others`() throws {
    let donors = try FuzzTarget.all[0].seeds()
    func inputs(_ seed: UInt64) -> [[UInt8]] {
      var mutation = Mutation(seed: seed, donors: donors)
      return (0..<50).map { _ in mutation.next() }
    }
    #expect(inputs(1) == inputs(1) && inputs(1) != inputs(2))
  }
}
