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

  @Test func `the same seed makes the same inputs, another others`() throws {
    let donors = try FuzzTarget.all[0].seeds()
    func inputs(_ seed: UInt64) -> [[UInt8]] {
      var mutation = Mutation(seed: seed, donors: donors)
      return (0..<50).map { _ in mutation.next() }
    }
    #expect(inputs(1) == inputs(1) && inputs(1) != inputs(2))
  }
}
