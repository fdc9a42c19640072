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

func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict,
    linkerSettings: mathematics)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
  -> Target
{
  .testTarget(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "granary",
  products: [.executable(name: "granary", targets: ["granary"])],
  targets: [
    // C: module maps, nothing else.
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CSQLite"),

    // Words: what everything else speaks in.
    room("Packing"),
    room("Demand", ["Packing"]),
    room("Threading"),
    room("Telemetry", ["Threading"]),
    room("CommandLineArguments"),

    // Tools: each hides one outside thing.
    room("Tables", ["Demand"]),
    room("Storage", ["CSQLite", "Telemetry"]),
    room("Messaging", ["CZeroMQ", "Threading", "Telemetry"]),
    room("WireProtocol", ["Packing", "Demand"]),

    // Mind: decides, touches nothing.
    room("Forecasting", ["Packing", "Demand"], exclude: ["DESIGN.md"]),
    room("Replenishment", ["Packing", "Demand"]),
    room("Marketplace", ["Demand", "Tables"]),
    room("Coordination", ["Packing", "Demand", "WireProtocol"]),

    // Memory: what survives.
    room("ShardStore", ["Packing", "Demand", "Storage", "Telemetry"]),
    room("ClusterStore", ["Storage"]),

    // Body: carries out what the mind decides.
    room("TrainerNode", ["Packing", "Threading", "Telemetry"]),

    // Door.
    .executableTarget(name: "granary", dependencies: ["Demand"], swiftSettings: strict),

    // Tests.
    room("TestSupport", ["Demand"]),
    tests("PackingTests", ["Packing", "TestSupport"]),
    tests("DemandTests", ["Demand", "Packing", "TestSupport"]),
    tests("ThreadingTests", ["Threading", "TestSupport"]),
    tests("TelemetryTests", ["Telemetry", "TestSupport"]),
    tests("CommandLineArgumentsTests", ["CommandLineArguments", "TestSupport"]),
    tests("TablesTests", ["Tables", "Demand", "TestSupport"]),
    tests("StorageTests", ["Storage", "TestSupport"]),
    tests("MessagingTests", ["Messaging", "Threading", "TestSupport"]),
    tests(
      "ForecastingTests", ["Forecasting", "Demand", "Packing", "TestSupport"],
      resources: [.copy("Fixtures")]),
    tests("ReplenishmentTests", ["Replenishment", "Demand", "Packing", "TestSupport"]),
    tests("MarketplaceTests", ["Marketplace", "Tables", "Demand", "TestSupport"]),
    tests("ShardStoreTests", ["ShardStore", "Storage", "Demand", "Packing", "TestSupport"]),
    tests("TrainerNodeTests", ["TrainerNode", "Packing", "Threading", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
