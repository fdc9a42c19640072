import FuzzTargets
import Testing

/// The short pass of `ops/fuzz` that every test run makes: the same readers, changes from fixed
/// seeds.
@Suite struct MutationTests {
  private static let inputs = 4_000

  @Test(arguments: FuzzTarget.all.map(\.name), [1, 2] as [UInt64])
  func `whatever the bytes, what is taken is kept and what is refused is said`(
    name: String, seed: UInt64
  ) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    var mutation = Mutation(seed: seed, donors: try target.seeds())
    var taken = 0
    for number in 0..<Self.inputs {
      let input = mutation.next()
      do throws(Finding) {
        if try target.check(input) == .taken { taken += 1 }
      } catch {
        Issue.record("seed \(seed) input \(number), \(input): \(error)")
      }
    }
    // Else the changes would be too wild to reach anything behind the first check.
    #expect(taken > Self.inputs / 50, "\(name): \(taken) taken")
    #expect(taken < Self.inputs, "\(name): nothing refused")
  }
}
