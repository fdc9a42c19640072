public import Demand
public import Packing

/// What a run does.
public enum RunKind: UInt8, Sendable, CaseIterable {
  /// Fits models.
  case train = 1
  /// Makes forecasts with the fitted models.
  case forecast = 2
  /// Makes policies and proposals from the forecasts.
  case allocate = 3

  /// The verb that starts it.
  public var name: String {
    switch self {
    case .train: "train"
    case .forecast: "forecast"
    case .allocate: "allocate"
    }
  }
}

/// What the workers need to know to do a run: `RunRequest.settings`.
public struct RunSettings: Equatable, Packable {
  /// The season in days; 1 for none.
  public var season: Int
  /// How many days to forecast.
  public var horizonDays: Int
  /// The names of the models to try.
  public var models: [String]
  /// The packed policy settings of an allocation.
  public var policy: [UInt8]
  /// Whether training keeps models that still fit.
  public var isUpdate: Bool
  /// What an allocation supposes to be otherwise than it is, in the workers' own form; empty for
  /// the real plan.
  public var scenario: [UInt8]

  /// Makes settings.
  public init(
    season: Int, horizonDays: Int, models: [String], policy: [UInt8] = [], isUpdate: Bool = false,
    scenario: [UInt8] = []
  ) {
    self.season = season
    self.horizonDays = horizonDays
    self.models = models
    self.policy = policy
    self.isUpdate = isUpdate
    self.scenario = scenario
  }

  /// Appends the settings.
  public func pack(into writer: inout ByteWriter) {
    writer.count(season)
    writer.count(horizonDays)
    writer.count(models.count)
    for model in models { writer.string(model) }
    writer.blob(policy)
    writer.bool(isUpdate)
    writer.blob(scenario)
  }

  /// Reads settings.
  public init(from reader: inout ByteReader) throws(PackingError) {
    try self.init(reader: &reader)
    scenario = try reader.blob("scenario", limit: Limits.scenarioBytes)
  }

  /// Reads the settings of a run, which the record of an older one may hold without a scenario.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    try self.init(reader: &reader)
    if reader.left > 0 { scenario = try reader.blob("scenario", limit: Limits.scenarioBytes) }
    try reader.finish()
  }

  private init(reader: inout ByteReader) throws(PackingError) {
    season = try reader.count("season", limit: 1_024)
    horizonDays = try reader.count("horizon", limit: Forecast.maximumHorizon)
    guard season > 0, horizonDays > 0 else { throw .invalid(what: "season or horizon of 0") }
    let count = try reader.count("models", limit: 32, minimumBytes: 1)
    models = []
    for _ in 0..<count { models.append(try reader.string("model", limit: 32)) }
    policy = try reader.blob("policy", limit: 1_024)
    isUpdate = try reader.bool()
    scenario = []
  }
}

/// A client asks for a run. Sent twice with one token, it starts one run.
public struct RunRequest: Equatable, Packable {
  /// Drawn by the client.
  public var token: UInt64
  /// What to do.
  public var kind: RunKind
  /// The day to stand on; the last day with sales where it is not given.
  public var asOf: Day?
  /// What the workers need to know, in their own form.
  public var settings: [UInt8]
  /// What it needs of a network.
  public var network: NetworkNeed

  /// Makes a request.
  public init(
    token: UInt64, kind: RunKind, asOf: Day?, settings: [UInt8], network: NetworkNeed = .none
  ) {
    self.token = token
    self.kind = kind
    self.asOf = asOf
    self.settings = settings
    self.network = network
  }

  /// Appends the request.
  public func pack(into writer: inout ByteWriter) {
    packRecord(into: &writer)
    writer.fixed(network.rawValue)
  }

  /// Reads a request.
  public init(from reader: inout ByteReader) throws(PackingError) {
    try self.init(record: &reader)
    network = try reader.choice("need of a network")
  }

  /// Appends all but the network, as the records of runs have begun since their first version.
  package func packRecord(into writer: inout ByteWriter) {
    writer.fixed(token)
    writer.fixed(kind.rawValue)
    writer.optional(asOf) { $0.zigzag(Int64($1.number)) }
    writer.blob(settings)
  }

  /// Reads what `packRecord` wrote.
  package init(record reader: inout ByteReader) throws(PackingError) {
    token = try reader.fixed()
    kind = try reader.choice("run kind")
    asOf = try reader.optional { reader throws(PackingError) in try reader.day() }
    settings = try reader.blob("settings", limit: Limits.runBytes)
    network = .none
  }
}

/// A SKU that a model could not take, and why.
public struct QuarantinedSKU: Equatable, Packable {
  /// Which.
  public var sku: SKU
  /// Why.
  public var reason: String

  /// Makes a pair.
  public init(sku: SKU, reason: String) {
    self.sku = sku
    self.reason = reason
  }

  /// Appends the pair.
  public func pack(into writer: inout ByteWriter) {
    writer.sku(sku)
    writer.sentence(reason)
  }

  /// Reads a pair.
  public init(from reader: inout ByteReader) throws(PackingError) {
    sku = try reader.sku()
    reason = try reader.sentence("reason")
  }
}

/// The coordinator asks how shards are cut for a run; the worker folds their tails first.
public struct Survey: Equatable, Packable {
  /// The run.
  public var run: UInt64
  /// The shards asked about, with their epochs.
  public var shards: [HeldShard]

  /// Makes a question.
  public init(run: UInt64, shards: [HeldShard]) {
    self.run = run
    self.shards = shards
  }

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.list(shards)
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    shards = try reader.list("shards", limit: Limits.shards, minimumBytes: 2)
  }
}

/// The answer to a survey.
public struct SurveyReport: Equatable, Packable {
  /// The run.
  public var run: UInt64
  /// The shards, with the number of SKUs of each.
  public var shards: [SurveyedShard]
  /// The last day with sales in these shards.
  public var latestDay: Day?

  /// Makes an answer.
  public init(run: UInt64, shards: [SurveyedShard], latestDay: Day?) {
    self.run = run
    self.shards = shards
    self.latestDay = latestDay
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.list(shards)
    writer.optional(latestDay) { $0.zigzag(Int64($1.number)) }
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    shards = try reader.list("shards", limit: Limits.shards, minimumBytes: 2)
    latestDay = try reader.optional { reader throws(PackingError) in try reader.day() }
  }
}

/// A shard and how many SKUs it has.
public struct SurveyedShard: Equatable, Packable {
  /// The shard.
  public var shard: Int
  /// Its SKUs.
  public var skus: UInt64

  /// Makes a pair.
  public init(shard: Int, skus: UInt64) {
    self.shard = shard
    self.skus = skus
  }

  /// Appends the pair.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(skus)
  }

  /// Reads a pair.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    skus = try reader.varint()
    guard skus <= Limits.skusPerShard else { throw .invalid(what: "SKU count") }
  }
}
