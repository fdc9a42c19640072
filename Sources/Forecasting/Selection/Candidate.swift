import Packing

/// A model that was tried on a series, and what came of it.
public struct Candidate: Equatable, Sendable {
  /// What came of a trial.
  public enum Outcome: Equatable, Sendable {
    /// The backtest's error, in units of demand: daily error and error of the window's daily mean.
    case scored(Double)
    /// It was fitted; the history is too short to test it.
    case untested
    /// It does not take the series.
    case refused(Refusal)
  }

  /// The model.
  public let name: ModelName
  /// What came of it.
  public let outcome: Outcome

  /// Makes an entry.
  public init(name: ModelName, outcome: Outcome) {
    self.name = name
    self.outcome = outcome
  }

  /// The backtest's error, where there was one.
  var score: Double? {
    if case .scored(let score) = outcome { score } else { nil }
  }

  /// The trial in words.
  public var description: String {
    switch outcome {
    case .scored(let score): "\(name) \(Self.short(score))"
    case .untested: "\(name) untested"
    case .refused(let refusal): "\(name) refused: \(refusal)"
    }
  }

  /// About four digits.
  private static func short(_ value: Double) -> String {
    guard value != 0, abs(value) < 1e12, abs(value) > 1e-6 else { return "\(value)" }
    var unit = 1.0
    while abs(value) * unit < 1_000 { unit *= 10 }
    return "\((value * unit).rounded() / unit)"
  }

  func pack(into writer: inout ByteWriter) {
    writer.fixed(name.rawValue)
    switch outcome {
    case .scored(let score):
      writer.fixed(UInt8(0))
      writer.double(score)
    case .untested: writer.fixed(UInt8(1))
    case .refused(let refusal):
      writer.fixed(UInt8(2))
      refusal.pack(into: &writer)
    }
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    let raw = try reader.byte()
    guard let name = ModelName(rawValue: raw) else { throw .invalid(what: "model \(raw)") }
    self.name = name
    switch try reader.byte() {
    case 0: outcome = .scored(try reader.finiteDouble("score"))
    case 1: outcome = .untested
    case 2: outcome = .refused(try Refusal(from: &reader))
    case let code: throw .invalid(what: "outcome \(code)")
    }
  }
}
