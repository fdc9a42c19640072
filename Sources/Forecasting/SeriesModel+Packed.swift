public import Packing

extension SeriesModel {
  private static let version: UInt8 = 2
  /// Models before it have no renewal.
  private static let versionWithoutRenewal: UInt8 = 1
  private static let mostCandidates = 16

  /// The model as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 256)
    writer.fixed(Self.version)
    writer.fixed(name.rawValue)
    writer.count(season)
    writer.zigzag(Int64(scale.exponent))
    writer.fixed(shape.rawValue)
    calibration.pack(into: &writer)
    backtest.pack(into: &writer)
    writer.count(candidates.count)
    for candidate in candidates { candidate.pack(into: &writer) }
    writer.fixed(asked)
    renewal.pack(into: &writer)
    model.pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` wrote; the bytes may be hostile. `networks` are those at hand: a model
  /// that refers to another one is read without.
  public init(
    packed bytes: [UInt8], networks: [SharedNetwork] = []
  ) throws(PackingError) {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard version == Self.version || version == Self.versionWithoutRenewal else {
      throw .invalid(what: "model version \(version)")
    }
    let raw = try reader.byte()
    guard let name = ModelName(rawValue: raw), let family = ModelRegistry(known: networks)[name]
    else {
      throw .invalid(what: "model \(raw)")
    }
    self.name = name
    season = try reader.count("season", limit: FitSettings.maximumSeason)
    guard season > 0 else { throw .invalid(what: "season 0") }
    let exponent = try reader.zigzag()
    guard (-400...400).contains(exponent) else { throw .invalid(what: "scale") }
    scale = Double(sign: .plus, exponent: Int(exponent), significand: 1)
    let code = try reader.byte()
    guard let shape = Shape(rawValue: code) else { throw .invalid(what: "shape \(code)") }
    self.shape = shape
    calibration = try Calibration(from: &reader)
    backtest = try AccuracySum(from: &reader)
    let count = try reader.count("candidates", limit: Self.mostCandidates, minimumBytes: 2)
    var candidates: [Candidate] = []
    for _ in 0..<count { candidates.append(try Candidate(from: &reader)) }
    self.candidates = candidates
    let hasRenewal = version == Self.version
    asked = hasRenewal ? try reader.fixed() : 0
    renewal = hasRenewal ? try Renewal(from: &reader) : .fitted
    model = try family.unpack(&reader)
    try reader.finish()
  }
}
