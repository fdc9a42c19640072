public import Demand
import Packing
public import Replenishment
public import Settings
public import WireProtocol

/// Starts runs and follows them.
public struct RunClient {
  /// How often a run's status is asked for.
  static let pollMilliseconds: Int64 = 150

  private let client: ClusterClient

  /// Runs on a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// What the workers need to know of a run, from the settings.
  public static func settings(
    for kind: RunKind, _ settings: ResolvedSettings, isUpdate: Bool = false,
    scenario: Scenario? = nil
  ) -> RunSettings {
    let policy = kind == .allocate ? self.policy(settings).packed() : []
    return RunSettings(
      season: settings.training.season, horizonDays: settings.training.horizonDays,
      models: settings.training.models.map(\.rawValue), policy: policy,
      isUpdate: isUpdate, scenario: scenario?.packed() ?? [])
  }

  /// The planner's settings.
  public static func policy(_ settings: ResolvedSettings) -> PolicySettings {
    PolicySettings(settings.policy)
  }

  /// Starts a run and returns its status. However often the request has to be sent, one run starts.
  public func start(
    _ kind: RunKind, asOf: Day?, settings: RunSettings
  ) throws(ClientError) -> RunStatus {
    let request = RunRequest(
      token: UInt64.random(in: 1...UInt64.max), kind: kind, asOf: asOf,
      settings: settings.packedBytes, network: Self.need(of: kind, settings))
    return try status(try client.ask(.runRequest(request)))
  }

  /// The models whose weights are learned from a sample of all SKUs.
  private static let sharingModels: Set<String> = ["lstm"]

  /// What a run needs of a network. Forecasts and plans use what the models refer to.
  static func need(of kind: RunKind, _ settings: RunSettings) -> NetworkNeed {
    guard kind == .train, !sharingModels.isDisjoint(with: settings.models) else { return .none }
    return settings.isUpdate ? .latest : .fresh
  }

  /// How a run is.
  public func status(of run: UInt64) throws(ClientError) -> RunStatus {
    try status(try client.ask(.runQuery(run: run)))
  }

  /// Ends a run that has not ended, and says how it is then. However often it is asked, once
  /// counts.
  public func cancel(_ run: UInt64) throws(ClientError) -> RunStatus {
    try status(try client.ask(.runCancel(run: run)))
  }

  /// Follows a run until it ends, or until `progress`, which is told of every status, says no.
  public func follow(
    _ start: RunStatus, progress: (RunStatus) throws(ClientError) -> Bool
  ) throws(ClientError) -> RunStatus {
    var status = start
    while try progress(status), !status.phase.isEnd {
      _ = try client.receive(timeoutMilliseconds: Self.pollMilliseconds)
      status = try self.status(of: start.run)
    }
    return status
  }

  private func status(_ answer: Message) throws(ClientError) -> RunStatus {
    guard case .runStatus(let status) = answer else {
      throw .unexpected(node: "the coordinator", what: "something else than a run's status")
    }
    return status
  }
}

extension RunSettings {
  /// The settings in the form of `RunRequest.settings`.
  package var packedBytes: [UInt8] {
    var writer = ByteWriter()
    pack(into: &writer)
    return writer.bytes
  }
}

extension PolicySettings {
  /// The policy of the cluster's settings.
  init(_ defaults: PolicyDefaults) {
    self.init()
    serviceLevel = defaults.serviceLevel
    holdingRate = defaults.holdingRate
    unitCost = defaults.unitCost
    orderCost = defaults.orderCost
    leadTimeDays = defaults.leadTimeDays
    volumeCubicMetres = defaults.unitVolumeCubicMetres
    reviewDays = defaults.reviewDays
    policyHorizonDays = defaults.horizonDays
    maximumCoverDays = defaults.maximumCoverDays
    stockoutShare = defaults.stockoutShare
    hysteresis = defaults.hysteresis
    spaceShare = defaults.spaceShare
    releaseShare = defaults.releaseShare
    usesClasses = defaults.serviceFrom == .classes
    (serviceLevelA, serviceLevelB) = (defaults.serviceLevelA, defaults.serviceLevelB)
    serviceLevelC = defaults.serviceLevelC
    serviceAdditionY = defaults.serviceAdditionY
    serviceAdditionZ = defaults.serviceAdditionZ
    takeWords(defaults)
  }

  /// Takes what is chosen from a few words.
  private mutating func takeWords(_ defaults: PolicyDefaults) {
    serviceType =
      switch defaults.serviceType {
      case .cycle: .cycle
      case .fill: .fill
      case .cost: .cost
      }
    objective =
      switch defaults.objective {
      case .cost: .cost
      case .service: .service
      }
    scarceSplit =
      switch defaults.scarceSplit {
      case .benefit: .benefit
      case .days: .days
      }
  }
}
