import CommandLineArguments
import FoundationEssentials
import TestSupport
import Testing

@testable import Settings

@Suite struct ResolvedSettingsTests {
  /// Settings from a file with this text, other sources beside it.
  private func resolve(
    _ text: String, environment: [String: String] = [:], flags: [SettingOverride] = []
  ) throws -> ResolvedSettings {
    let folder = try TemporaryFolder()
    let path = folder.file("granary.json5")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try ResolvedSettings(
      commandDefaults: [
        SettingOverride("cluster.shards", "16", from: .command("granary up")),
        SettingOverride("worker.readers", "1", from: .command("granary up")),
      ], file: path, environment: environment, flags: flags)
  }

  @Test func `the built-in defaults are those of the documentation`() {
    let settings = ResolvedSettings()
    #expect(settings.cluster.shards == 1_024)
    #expect(settings.coordinator.heartbeatSeconds == 0.5)
    #expect(
      settings.training.models == [.snaive, .ets, .arima, .blend, .croston, .sba, .tsb, .lstm])
    #expect(settings.policy.unitVolumeCubicMetres == 0.001)
    #expect(settings.log.level == .info)
    #expect(settings.origin(of: "cluster.shards") == .builtIn)
  }

  @Test func `each source outranks the ones before and is remembered`() throws {
    let settings = try resolve(
      """
      {
        cluster: { shards: 32 },
        worker: { credits: 3, trainers: 4 },
        training: { season: 1 },
      }
      """,
      environment: [
        "GRANARY_WORKER_TRAINERS": "5", "GRANARY_TRAINING_SEASON": "12", "HOME": "/",
        "GRANARY_CLUSTER_FOLDER": "anything",
      ],
      flags: [SettingOverride("training.season", "30", from: .flag("--season"))])
    #expect(settings.worker.readers == 1)
    #expect(settings.origin(of: "worker.readers") == .command("granary up"))
    #expect(settings.cluster.shards == 32)
    #expect(settings.worker.credits == 3)
    #expect(settings.worker.trainers == 5)
    #expect(
      settings.origin(of: "worker.trainers") == .environment(variable: "GRANARY_WORKER_TRAINERS"))
    #expect(settings.training.season == 30)
    #expect(settings.origin(of: "training.season") == .flag("--season"))
    #expect(settings.origin(of: "worker.credits").description.hasSuffix("/granary.json5:3"))
  }

  @Test func `a file may use all of JSON5`() throws {
    let settings = try resolve(
      """
      /* block
         comment */
      {
        "cluster": { 'shards': 0x40, minimumWorkers: +2 }, // line comment
        coordinator: { listen: 'tcp://[::1]:70', "heartbeatSeconds": .25, },
        "training.horizonDays": 1e2,
        training: { models: ["ets", 'tsb',], itemDeadlineSeconds: 5 },
        policy: {},
      }
      """)
    #expect(settings.cluster.shards == 64)
    #expect(settings.cluster.minimumWorkers == 2)
    #expect(settings.coordinator.listen == "tcp://[::1]:70")
    #expect(settings.coordinator.heartbeatSeconds == 0.25)
    #expect(settings.training.horizonDays == 100)
    #expect(settings.training.models == [.ets, .tsb])
    #expect(settings.training.itemDeadlineSeconds == 5)
  }

  @Test func `lists are written with commas outside files`() throws {
    let settings = try ResolvedSettings(environment: ["GRANARY_TRAINING_MODELS": "tsb,ets"])
    #expect(settings.training.models == [.tsb, .ets])
  }

  @Test func `settings of etcd are an object of their own`() throws {
    let settings = try resolve(
      """
      { coordinator: { store: "etcd", etcd: {
        endpoints: ["https://a:2379", "https://b:2379"], ca: "/etc/ca.pem", leaseSeconds: 5,
      } } }
      """)
    #expect(settings.coordinator.store == .etcd)
    #expect(settings.coordinator.etcd.endpoints == ["https://a:2379", "https://b:2379"])
    #expect(settings.coordinator.etcd.ca == "/etc/ca.pem")
    #expect(settings.coordinator.etcd.leaseSeconds == 5)
    #expect(settings.coordinator.etcd.prefix == "granary/")
  }

  @Test(arguments: [
    ("coordinator.etcd.endpoints", "127.0.0.1:2379"),
    ("coordinator.etcd.endpoints", "http://127.0.0.1"),
    ("coordinator.etcd.endpoints", "http://a:1/v3"), ("coordinator.etcd.endpoints", "http://a:0"),
    ("coordinator.etcd.endpoints", "http://a:1,http://a:1"),
    ("coordinator.etcd.prefix", "granary"), ("coordinator.etcd.prefix", ""),
    ("coordinator.etcd.leaseSeconds", "1"), ("coordinator.store", "consul"),
    ("coordinator.etcd.timeoutSeconds", "2"),
  ])
  func `what etcd could not be reached with is refused`(name: String, value: String) {
    #expect(throws: SettingsError.self) {
      try ResolvedSettings(flags: [SettingOverride(name, value, from: .flag("--set"))])
    }
  }

  @Test func `the explanation shows value and origin of every setting`() throws {
    let settings = try ResolvedSettings(
      environment: ["GRANARY_LOG_LEVEL": "off"],
      flags: [SettingOverride("cluster.shards", "8", from: .flag("--set"))])
    let lines = settings.explanation.render().split(separator: "\n")
    #expect(lines.count == SettingsSchema.all.count + 1)
    #expect(lines.contains { $0.hasPrefix("cluster.shards ") && $0.hasSuffix(" --set") })
    #expect(lines.contains { $0.hasPrefix("log.level ") && $0.hasSuffix(" GRANARY_LOG_LEVEL") })
    #expect(lines.contains { $0.hasPrefix("worker.readers ") && $0.hasSuffix(" default") })
  }
}

/// A verb as the door declares it.
private struct Up: Command {
  static let name = "up"
  static let abstract = "Start a cluster on this machine."
  @Option("COUNT", .within(1...64), help: "Workers to start.") var workers: Int?
  var settings = SettingsOptions()
  func run() throws -> ExitCode { .success }

  func resolved() throws -> ResolvedSettings {
    try settings.resolve(
      commandDefaults: ["cluster.shards": "16"], of: "granary up",
      dedicated: [("--workers", "cluster.minimumWorkers", workers?.argumentText)],
      environment: [:])
  }
}

@Suite struct SettingsOptionsTests {
  @Test func `a command's options reach its settings`() throws {
    let up = try Up.parse(
      ["--workers", "3", "--set", "training.season=30", "--set=log.level=debug"],
      program: "granary")
    let settings = try up.resolved()
    #expect(settings.cluster.shards == 16)
    #expect(settings.cluster.minimumWorkers == 3)
    #expect(settings.origin(of: "cluster.minimumWorkers") == .flag("--workers"))
    #expect(settings.training.season == 30)
    #expect(settings.log.level == .debug)
  }

  @Test func `an option and --set do not contradict each other silently`() throws {
    let up = try Up.parse(
      ["--workers", "3", "--set", "cluster.minimumWorkers=4"], program: "granary")
    #expect {
      try up.resolved()
    } throws: {
      "\($0)" == "--workers: cluster.minimumWorkers is given a second time, first at --set; "
        + "leave one out"
    }
  }

  @Test func `help sets the options under their heading`() {
    #expect(
      Up.help(program: "granary").hasSuffix(
        """
        Settings:
              --config FILE        Settings as JSON5; `granary help settings-file` prints one.
              --set NAME=VALUE...  One setting; `granary help settings` lists them.

        """))
  }
}
