import FoundationEssentials
import Settings
import Testing

@testable import CommandLineArguments
@testable import granary

/// The recipe for three hosts names verbs, options and settings as they are.
@Suite("The recipe for three hosts")
struct ThreeHostsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("cluster/three-hosts").path

  /// Several coordinators share their records in an etcd; without that there is nothing to try.
  private static let sharesRecords = SettingsSchema.setting(named: "coordinator.store") != nil

  /// The variables of a file as systemd reads it.
  private static func environment() throws -> [String: String] {
    var variables: [String: String] = [:]
    for line in try text("\(folder)/etc/host.env").split(separator: "\n")
    where !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      variables[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    return variables
  }

  @Test("has settings that are ones", .enabled(if: sharesRecords, "has no setting for etcd"))
  func settings() throws {
    let settings = try ResolvedSettings(
      file: "\(Self.folder)/etc/granary.json5", environment: Self.environment())
    #expect(settings.coordinator.replication == 2)
    #expect(settings.worker.host == "barn-1")
  }

  @Test("has units that say what the program understands", .enabled(if: sharesRecords))
  func units() throws {
    let units = "\(Self.folder)/systemd"
    var seen = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: units)
    where name.hasSuffix(".service") {
      for line in try text("\(units)/\(name)").split(separator: "\n")
      where line.hasPrefix("ExecStart") {
        for part in line.split(separator: "/usr/local/bin/granary ").dropFirst() {
          let words: [String] = part.prefix { $0 != ">" }.split(separator: " ")
            .map { (word: Substring) in String(word.replacing("%i", with: "node-1")) }
          let verb = try #require(Program.group.commands.first { $0.name == words[0] })
          #expect(throws: Never.self, "\(name): \(part)") {
            _ = try verb.parse(Array(words.dropFirst()), program: "granary")
          }
          seen += 1
        }
      }
    }
    #expect(seen >= 6)
  }

  @Test("gives each service the same walls")
  func walls() throws {
    let units = "\(Self.folder)/systemd"
    for name in try FileManager.default.contentsOfDirectory(atPath: units)
    where name.hasSuffix(".service") {
      let unit = try text("\(units)/\(name)")
      for wall in [
        "User=granary", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "ProtectSystem=strict",
        "SystemCallFilter=@system-service", "MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes",
      ] {
        #expect(unit.contains("\n\(wall)"), "\(name): \(wall)")
      }
    }
  }
}
