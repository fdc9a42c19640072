import Simulator
import Testing

@Suite("Lives of a simulated cluster")
struct ScenarioTests {
  /// In eight parts, so that they run beside each other.
  @Test("every promise holds in 200 of them", arguments: 0..<8 as Range<UInt64>)
  func promises(part: UInt64) throws {
    for seed in (part * 25 + 1)...(part * 25 + 25) {
      let result = try Scenario.run(seed: seed)
      #expect(result.rows > 0, "seed \(seed)")
    }
  }

  @Test("the same seed is the same life, another seed another", arguments: [3, 17, 99] as [UInt64])
  func replay(seed: UInt64) throws {
    let life = try Scenario.run(seed: seed)
    #expect(try Scenario.run(seed: seed) == life)
    #expect(try Scenario.run(seed: seed + 1) != life)
  }

  /// A dictionary has another order in every process: nothing may depend on it.
  @Test("a seed is the same life in another process")
  func everywhere() async throws {
    let other = await #expect(
      processExitsWith: .success, observing: [\.standardOutputContent]
    ) {
      print("life \(try Scenario.run(seed: 42).history)")
    }
    let said = String(decoding: try #require(other).standardOutputContent, as: UTF8.self)
    let here = try Scenario.run(seed: 42).history
    #expect(said.contains("life \(here)"), "here \(here), there: \(said)")
  }
}
