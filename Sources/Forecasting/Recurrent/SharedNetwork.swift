public import Packing
import Recurrent

/// What all series of a run share: how their windows are read, and the weights of one network that
/// was taught on a sample of them. A run makes one for the whole cluster; a fit that is given one
/// depends on its own series and this alone.
///
/// The weights are there twice: as they were before the days on which backtests measure, and as
/// they are after the last. A backtest that was run with the latter would have seen what it is
/// asked for.
public struct SharedNetwork: Equatable, Sendable {
  /// The most series that a network is taught on.
  public static let mostSeries = 20_000
  /// Also raised when windows are read otherwise: weights mean something for one way only.
  private static let version: UInt8 = 2
  /// The version of a network that reads several events in one column.
  private static let pooledVersion: UInt8 = 3

  /// What was done to make it.
  public struct Lesson: Equatable, Sendable {
    /// The number of series and of windows that it was taught on.
    public var series = 0, windows = 0
    /// The mean loss of a window in each tenth of the steps.
    public var losses: [Float] = []
    /// The squared errors on the days held out over those of the mean of the last same weekdays,
    /// scaled by series; nil where no days were held out.
    public var heldOut: Double?
    /// What a backtest's error is beside that of exponential smoothing, in the typical series; nil
    /// where none can be tested.
    public var againstSmoothing: Double?
    /// Why it cannot be used, where that is so.
    public var trouble: String?
  }

  /// What tells it from others: a hash of its bytes.
  public let identity: UInt64
  /// What was done to make it.
  public let lesson: Lesson
  let recipe: WindowRecipe
  let size: NetworkSize
  /// The weights before the days of the backtests, and after the last day.
  let tested: [Float], whole: [Float]

  init(
    recipe: WindowRecipe, size: NetworkSize, tested: [Float], whole: [Float], lesson: Lesson
  ) {
    self.recipe = recipe
    self.size = size
    self.tested = tested
    self.whole = whole
    self.lesson = lesson
    identity = XXH64.hash(Self.bytes(recipe, size, tested, whole, lesson))
  }

  /// What stands for a network where none can be learned.
  public static func nothing(because reason: String, settings: FitSettings) -> SharedNetwork {
    var lesson = Lesson()
    lesson.trouble = reason
    let recipe = WindowRecipe(
      season: FitSettings(season: settings.season).season, horizon: max(1, settings.horizon))
    return SharedNetwork(
      recipe: recipe, size: NetworkSize(settings.recurrent), tested: [], whole: [], lesson: lesson)
  }

  /// What it was taught on and how it does, in a sentence.
  public var verdict: String {
    if let trouble = lesson.trouble { return "no network: \(trouble)" }
    var text = "network: \(lesson.windows) windows of \(lesson.series) series"
    guard let ratio = lesson.againstSmoothing else { return text + ", too short for a backtest" }
    text += "; its backtest errors are \((ratio * 1_000).rounded() / 1_000) of those of smoothing"
    return isCompetitor ? text : text + ", so it is not taken where others are asked for too"
  }

  /// As it is trained.
  var shape: NetworkShape { size.shape(recipe, days: recipe.days) }

  /// What its windows read beside the demand: prices, promotions, holidays.
  public var columns: [String] { recipe.columns.map(\.name) }

  /// Whether series can be forecast with it.
  public var isUsable: Bool { lesson.trouble == nil }

  /// Beyond this error against smoothing's in the typical series, it wins in single ones by chance.
  private static let worstCompetitor = 1.02

  /// Whether it competes. A few windows of one series are a noisy judge, those of hundreds are not.
  var isCompetitor: Bool { (lesson.againstSmoothing ?? .infinity) <= Self.worstCompetitor }

  /// Whether it comes before smoothing where a series' backtest cannot tell.
  var isPreferred: Bool { (lesson.againstSmoothing ?? .infinity) < 1 }
}

extension SharedNetwork {
  private static let longestReason = 200

  /// The network as bytes.
  public func packed() -> [UInt8] { Self.bytes(recipe, size, tested, whole, lesson) }

  private static func bytes(
    _ recipe: WindowRecipe, _ size: NetworkSize, _ tested: [Float], _ whole: [Float],
    _ lesson: Lesson
  ) -> [UInt8] {
    var writer = ByteWriter(capacity: 4 * (tested.count + whole.count) + 1_024)
    writer.fixed(recipe.pooled.isEmpty ? version : pooledVersion)
    recipe.pack(into: &writer)
    size.pack(into: &writer)
    writer.count(lesson.series)
    writer.count(lesson.windows)
    writer.count(lesson.losses.count)
    for loss in lesson.losses { writer.float(loss) }
    writer.double(lesson.heldOut ?? -1)
    writer.double(lesson.againstSmoothing ?? -1)
    writer.blob(Array((lesson.trouble ?? "").utf8.prefix(longestReason)))
    if lesson.trouble == nil {
      for weight in tested { writer.float(weight) }
      for weight in whole { writer.float(weight) }
    }
    writer.seal()
    return writer.bytes
  }

  /// Reads what `packed` wrote; the bytes may be hostile.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    let version = try reader.byte()
    guard version == Self.version || version == Self.pooledVersion else {
      throw .invalid(what: "network version \(version)")
    }
    recipe = try WindowRecipe(from: &reader, isPooled: version == Self.pooledVersion)
    size = try NetworkSize(from: &reader)
    var lesson = Lesson()
    lesson.series = try reader.count("series", limit: Int(Int32.max))
    lesson.windows = try reader.count("windows", limit: Int(Int64.max >> 8))
    for _ in 0..<(try reader.count("losses", limit: 64)) {
      lesson.losses.append(try reader.float())
    }
    let heldOut = try reader.finiteDouble("error")
    lesson.heldOut = heldOut < 0 ? nil : heldOut
    let ratio = try reader.finiteDouble("error")
    lesson.againstSmoothing = ratio < 0 ? nil : ratio
    let reason = try reader.blob("reason", limit: Self.longestReason)
    lesson.trouble = reason.isEmpty ? nil : String(decoding: reason, as: UTF8.self)
    let count = lesson.trouble == nil ? size.shape(recipe, days: 1).weightCount : 0
    tested = try Self.weights(count, from: &reader)
    whole = try Self.weights(count, from: &reader)
    self.lesson = lesson
    identity = XXH64.hash(bytes)
    try reader.finish()
  }

  private static func weights(
    _ count: Int, from reader: inout ByteReader
  ) throws(PackingError) -> [Float] {
    var weights: [Float] = []
    weights.reserveCapacity(count)
    for _ in 0..<count { weights.append(try reader.single("weight", in: -1e6...1e6)) }
    return weights
  }
}
