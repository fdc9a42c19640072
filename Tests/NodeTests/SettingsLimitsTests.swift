import Settings
import Testing
import WireProtocol

@Suite("Settings and protocol")
struct SettingsLimitsTests {
  private func resolves(_ name: String, _ value: Int) -> Bool {
    let flag = SettingOverride(name, String(value), from: .flag("--set"))
    return (try? ResolvedSettings(flags: [flag])) != nil
  }

  @Test("allow as many shards and workers as a message can carry, and not one more")
  func limits() {
    #expect(resolves("cluster.shards", Limits.shards))
    #expect(!resolves("cluster.shards", Limits.shards + 1))
    #expect(resolves("cluster.minimumWorkers", Limits.nodes))
    #expect(!resolves("cluster.minimumWorkers", Limits.nodes + 1))
  }
}
