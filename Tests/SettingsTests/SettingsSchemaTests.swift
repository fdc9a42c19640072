import CommandLineArguments
import FoundationEssentials
import Testing

@testable import Settings

@Suite struct SettingsSchemaTests {
  private static let documentPath =
    URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../config/granary.json5").standardized.path

  @Test func `the documented file is what the schema renders`() throws {
    // After a change of the schema: granary help settings-file > config/granary.json5
    let file = try String(contentsOfFile: Self.documentPath, encoding: .utf8)
    #expect(file == SettingsSchema.document)
  }

  @Test func `the documented file sets everything to its default`() throws {
    let settings = try ResolvedSettings(file: Self.documentPath)
    let defaults = ResolvedSettings()
    for setting in SettingsSchema.all {
      #expect(setting.json(settings) == setting.json(defaults), "\(setting.name)")
      #expect(settings.origin(of: setting.name) != .builtIn, "\(setting.name)")
    }
  }

  @Test func `every stored property is declared once, in order, under its own name`() {
    func names(in value: Any, after name: String) -> [String] {
      Mirror(reflecting: value).children.flatMap { child in
        let whole = "\(name).\(child.label ?? "")"
        return child.value is EtcdSettings ? names(in: child.value, after: whole) : [whole]
      }
    }
    let names = Mirror(reflecting: ResolvedSettings()).children.flatMap { chapter in
      // What is no chapter has no declarations.
      chapter.value is any SettingsChapter
        ? names(in: chapter.value, after: chapter.label ?? "") : []
    }
    #expect(SettingsSchema.all.map(\.name) == names)
  }

  @Test func `each declaration writes to the property that it reads`() throws {
    for setting in SettingsSchema.all {
      let other =
        switch setting.name {
        case "training.models": "tsb,ets"
        case "log.level": "off"
        case let name where name.hasSuffix(".listen"): "ipc:///run/granary"
        case let name where name.hasPrefix("policy.serviceLevel"): "0.75"
        case "policy.hysteresis", "policy.spaceShare", "policy.releaseShare": "0.75"
        case "policy.serviceType": "fill"
        case "policy.serviceFrom": "classes"
        case "policy.objective": "service"
        case "policy.scarceSplit": "days"
        case let name where name.hasPrefix("policy.serviceAddition"): "0.25"
        case "coordinator.heartbeatSeconds": "0.25"
        case "coordinator.replication": "3"
        case "coordinator.store": "etcd"
        case "coordinator.etcd.endpoints": "https://one:2379,https://two:2379"
        case "coordinator.etcd.prefix": "other/"
        case "coordinator.etcd.timeoutSeconds": "0.5"
        case "worker.trainerMemoryMiB": "96"
        default: "9"
        }
      let settings = try ResolvedSettings(environment: [setting.environmentVariable: other])
      let changed = SettingsSchema.all.filter { $0.json(settings) != $0.json(ResolvedSettings()) }
      #expect(changed.map(\.name) == [setting.name])
    }
  }

  @Test func `each default is within its own limits`() {
    let defaults = ResolvedSettings()
    for setting in SettingsSchema.all where setting.name != "training.models" {
      var copy = defaults
      let text = setting.json(defaults).filter { !"\"[]".contains($0) }
      #expect(setting.take(.word(text), &copy), "\(setting.name)")
    }
  }

  @Test func `variables tell settings apart from each other and from the others`() {
    let names =
      SettingsSchema.all.map(\.environmentVariable) + SettingsEnvironment.others.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.hasPrefix("GRANARY_") })
  }

  @Test(arguments: [
    ("cluster.shards", "GRANARY_CLUSTER_SHARDS"),
    ("ingest.creditsPerWorker", "GRANARY_INGEST_CREDITS_PER_WORKER"),
    ("worker.trainerMemoryMiB", "GRANARY_WORKER_TRAINER_MEMORY_MIB"),
    ("coordinator.etcd.leaseSeconds", "GRANARY_COORDINATOR_ETCD_LEASE_SECONDS"),
    ("policy.unitVolumeCubicMetres", "GRANARY_POLICY_UNIT_VOLUME_CUBIC_METRES"),
  ])
  func `a variable is the name in capitals`(name: String, variable: String) {
    #expect(SettingsSchema.setting(named: name)?.environmentVariable == variable)
  }

  @Test func `help names every setting, default and variable, within the page`() {
    let lines = SettingsSchema.help.split(separator: "\n")
    for name in SettingsSchema.all.map(\.name) + SettingsEnvironment.others.map(\.name) {
      #expect(lines.contains { $0.hasPrefix("  \(name) ") })
    }
    #expect(
      lines.contains(
        "  training.horizonDays             Days to forecast. (days; 1 to 1024; default 112)"))
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 100 })
  }

  @Test func `both documents are pages of help`() {
    #expect(
      SettingsSchema.topics.map { [$0.name, $0.text()] } == [
        ["settings", SettingsSchema.help], ["settings-file", SettingsSchema.document],
      ])
  }

  @Test func `the documented file keeps to the page`() {
    let lines = SettingsSchema.document.split(separator: "\n")
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 100 })
  }
}
