public import Forecasting
public import Packing

/// What training came to: how good the models are, which were chosen, and what became of earlier
/// ones. Sums that are merged in the same order give the same bits.
public struct TrainSummary: Equatable, Sendable {
  /// The backtests of all fitted series.
  public private(set) var backtest = AccuracySum()
  /// The number of series by the model that was chosen.
  public private(set) var chosen: [ModelName: Int] = [:]
  /// The series whose model was kept, and those whose earlier model was fitted again.
  public private(set) var kept = 0, refitted = 0
  /// The SKUs with a series that none of the models asked for took.
  public private(set) var fellBack = 0

  /// What the network of the run was taught on and how it does; empty where there is none.
  public private(set) var network = ""

  /// How the days that were learned from were cleaned.
  public private(set) var cleaning = CleaningSum()

  /// The sum over nothing.
  public init() {}

  /// One SKU; `asked` are the models that were to compete.
  package init(
    _ item: ItemModel, asked: [ModelName], network: SharedNetwork? = nil,
    cleaning: CleaningSum = CleaningSum()
  ) {
    self.network = network?.verdict ?? ""
    self.cleaning = cleaning
    backtest = item.backtest
    for model in item.models {
      chosen[model.name, default: 0] += 1
      switch model.renewal {
      case .fitted: break
      case .kept: kept += 1
      case .refitted: refitted += 1
      }
      if !asked.contains(model.name) { fellBack = 1 }
    }
  }

  /// Adds another sum.
  public mutating func merge(_ other: TrainSummary) {
    backtest.merge(other.backtest)
    chosen.merge(other.chosen) { $0 + $1 }
    kept += other.kept
    refitted += other.refitted
    fellBack += other.fellBack
    if network.isEmpty { network = other.network }
    cleaning.merge(other.cleaning)
  }

  private static let longestVerdict = 1_024

  /// The sums as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    backtest.pack(into: &writer)
    let names = chosen.keys.sorted { $0.rawValue < $1.rawValue }
    writer.count(names.count)
    for name in names {
      writer.fixed(name.rawValue)
      writer.count(chosen[name] ?? 0)
    }
    for count in [kept, refitted, fellBack] { writer.count(count) }
    writer.string(network)
    cleaning.pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    let limit = Int(Int64.max >> 8)
    backtest = try AccuracySum(from: &reader)
    for _ in 0..<(try reader.count("models", limit: ModelName.allCases.count)) {
      let raw = try reader.byte()
      guard let name = ModelName(rawValue: raw) else { throw .invalid(what: "model \(raw)") }
      chosen[name] = try reader.count("series", limit: limit)
    }
    kept = try reader.count("kept models", limit: limit)
    refitted = try reader.count("refitted models", limit: limit)
    fellBack = try reader.count("SKUs that fell back", limit: limit)
    network = try reader.string("network", limit: Self.longestVerdict)
    // Runs that were recorded before days were counted end here.
    if reader.left > 0 { cleaning = try CleaningSum(from: &reader) }
    try reader.finish()
  }
}
