// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// `rounded()` becomes a call into libm, which nothing links by itself without Foundation.
let mathematics: [LinkerSetting] = [.linkedLibrary("m")]

/// The rooms whose folder holds a DESIGN.md that argues for what they do.
let argued: Set<String> = [
  "Allocation", "Arima", "Backup", "Coordination", "EtcdStore", "Forecasting", "Marketplace",
  "Messaging", "Recurrent", "Replenishment", "ShardStore", "TrainerNode",
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: argued.contains(name) ? ["DESIGN.md"] : [],
    swiftSettings: strict, linkerSettings: mathematics)
}

func door(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
  -> Target
{
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], resources: resources,
    swiftSettings: strict)
}

let package = Package(
  name: "granary",
  products: [.executable(name: "granary", targets: ["granary"])],
  traits: [
    .trait(
      name: "Etcd",
      description: "Several coordinators, whose records are in etcd; needs libcurl.")
  ],
  targets: [
    // C: module maps and what they cannot express.
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CSQLite"),
    .systemLibrary(name: "CCurl"),
    .systemLibrary(name: "CLibFuzzer"),

    // Words: what everything else speaks in.
    room("Packing"),
    room("Demand", ["Packing"]),
    room("Threading", ["CLinux"]),
    room("Telemetry", ["Threading"]),
    room("CommandLineArguments"),
    room("Settings", ["CommandLineArguments"]),

    // Tools: each hides one outside thing.
    room("Tables", ["Packing", "Demand"]),
    room("Storage", ["CSQLite", "Packing"]),
    room("Messaging", ["CZeroMQ", "Threading", "Telemetry"]),
    room("WireProtocol", ["Packing", "Demand"]),
    room("Pictures", ["Demand"]),

    // Mind: decides, touches nothing.
    room("Arima", ["Packing"]),
    room("Recurrent", ["Packing"]),
    room("Forecasting", ["Packing", "Demand", "Arima", "Recurrent"]),
    room("Allocation", ["Packing"]),
    room("Replenishment", ["Packing", "Demand", "Allocation"]),
    room("Coordination", ["Packing", "Demand", "WireProtocol"]),

    // Memory: what survives.
    room("ShardStore", ["Packing", "Demand", "Storage"]),
    room("ClusterStore", ["Storage", "Threading"]),
    room("EtcdStore", ["CCurl", "ClusterStore", "Storage", "Threading"]),
    room("Backup", ["Demand", "Packing", "ShardStore", "Storage"]),
    room(
      "Doctor",
      [
        "CLinux", "ClusterStore", "CommandLineArguments", "Messaging", "Settings", "ShardStore",
        "Storage",
      ]),

    // Body: carries out what the mind decides.
    room("TrainerNode", ["CLinux", "Packing", "Threading"]),
    room(
      "NodeSupport", ["Coordination", "Messaging", "Telemetry", "Threading", "WireProtocol"]),
    room(
      "CoordinatorNode",
      [
        "Backup", "ClusterStore", "Coordination", "Messaging", "NodeSupport", "Packing", "Settings",
        "Storage", "Telemetry",
        "Threading", "WireProtocol",
      ]),
    room(
      "WorkerNode",
      [
        "Backup", "CommandLineArguments", "Coordination", "Demand", "Forecasting", "Messaging",
        "NodeSupport", "Packing", "Replenishment", "Settings", "ShardStore", "Storage", "Telemetry",
        "Threading", "TrainerNode",
        "WireProtocol",
      ]),
    room(
      "ClientNode",
      [
        "Backup", "CommandLineArguments", "Coordination", "Demand", "Messaging", "NodeSupport",
        "Packing", "Replenishment", "Settings", "Tables", "Threading", "WireProtocol",
      ]),

    // Door.
    room("Marketplace", ["Demand", "Packing", "Tables", "Threading"]),
    door(
      "granary",
      [
        "Backup", "ClientNode", "ClusterStore", "CommandLineArguments", "Coordination",
        "CoordinatorNode", "Demand", "Doctor",
        "Forecasting", "Marketplace", "Messaging", "NodeSupport", "Packing", "Pictures",
        "Replenishment",
        "Settings", "Storage", "Tables", "Telemetry", "Threading", "TrainerNode", "WireProtocol",
        "WorkerNode",
        .target(name: "EtcdStore", condition: .when(traits: ["Etcd"])),
      ]),

    // Tests.
    room("TestSupport", ["Threading"]),
    room(
      "Simulator",
      ["Packing", "Demand", "WireProtocol", "Coordination", "TestSupport", "Threading"]),
    door("simulate", ["Simulator"]),
    room(
      "FuzzTargets",
      [
        "Arima", "Backup", "ClientNode", "CommandLineArguments", "Coordination", "Demand",
        "Forecasting", "Messaging", "NodeSupport", "Packing", "Replenishment", "Settings",
        "ShardStore", "Storage", "Tables", "TestSupport", "TrainerNode", "WireProtocol",
        "WorkerNode",
      ]),
    door("fuzz", ["CLibFuzzer", "FuzzTargets"]),
    door(
      "bench",
      [
        "Allocation", "Arima", "ClientNode", "CommandLineArguments", "Coordination", "Demand",
        "Forecasting", "Messaging", "NodeSupport", "Packing", "Recurrent", "Replenishment",
        "Settings",
        "ShardStore", "Storage", "Tables", "TestSupport", "Threading", "WireProtocol", "WorkerNode",
      ]),
    door(
      "lab",
      [
        "ClientNode", "CommandLineArguments", "Demand", "Packing", "Settings", "TestSupport",
        "Threading", "WireProtocol",
      ]),
    door("TrainerDrill", ["TrainerNode", "Threading"]),
    tests("PackingTests", ["Packing"]),
    tests("DemandTests", ["Demand", "Packing"]),
    tests("ThreadingTests", ["Threading"]),
    tests("TelemetryTests", ["Telemetry", "Threading"]),
    tests("CommandLineArgumentsTests", ["CommandLineArguments"]),
    tests("SettingsTests", ["Settings", "CommandLineArguments"]),
    tests("TablesTests", ["Tables", "Packing", "Demand"]),
    tests("StorageTests", ["Storage"]),
    tests("MessagingTests", ["Messaging", "Telemetry", "Threading"]),
    tests("WireProtocolTests", ["WireProtocol", "Demand", "FuzzTargets", "Packing"]),
    tests(
      "FuzzTests", ["Coordination", "Demand", "FuzzTargets", "Packing", "Tables", "WireProtocol"]),
    tests("ArimaTests", ["Arima", "Packing"], resources: [.copy("Fixtures")]),
    tests("RecurrentTests", ["Recurrent", "Packing"], resources: [.copy("Fixtures")]),
    tests(
      "ForecastingTests", ["Forecasting", "Arima", "Demand", "Packing", "Recurrent"],
      resources: [.copy("Fixtures")]),
    tests("ReplenishmentTests", ["Allocation", "Replenishment", "Demand", "Packing"]),
    tests("AllocationTests", ["Allocation"]),
    tests("ClosedLoopTests", ["bench"]),
    tests("LabTests", ["lab", "CommandLineArguments", "Threading"]),
    tests("CoordinationTests", ["Coordination", "WireProtocol", "Demand", "Packing"]),
    tests("SimulatorTests", ["Simulator", "Coordination", "Demand", "WireProtocol"]),
    tests("ShardStoreTests", ["CSQLite", "ShardStore", "Storage", "Demand", "Packing"]),
    tests("ClusterStoreTests", ["ClusterStore", "Storage"]),
    tests("EtcdStoreTests", ["ClusterStore", "EtcdStore", "Storage", "Threading"]),
    tests("BackupTests", ["Backup", "Demand", "Packing", "ShardStore", "Storage"]),
    tests(
      "DoctorTests",
      [
        "ClusterStore", "CommandLineArguments", "Doctor", "Messaging", "Settings", "ShardStore",
        "Storage",
      ]),
    tests("TrainerNodeTests", ["TrainerNode", "TrainerDrill", "Packing", "Threading"]),
    tests("PicturesTests", ["Pictures", "Demand"]),
    tests("MarketplaceTests", ["Marketplace", "Tables", "Demand"]),
    tests(
      "NodeTests",
      [
        "Backup", "ClientNode", "ClusterStore", "CommandLineArguments", "Coordination",
        "CoordinatorNode",
        "Demand", "Forecasting", "Messaging", "NodeSupport", "Packing", "Pictures",
        "Replenishment", "Settings", "ShardStore", "Storage", "Tables", "Telemetry", "Threading",
        "TrainerNode", "WireProtocol",
        "WorkerNode", "granary",
      ]),
    tests(
      "GranaryTests",
      ["granary", "CommandLineArguments", "Coordination", "Doctor", "Settings", "Threading"]),
  ],
  swiftLanguageModes: [.v6]
)
