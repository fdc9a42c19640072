import Packing

/// Why a model does not take a series.
public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// The history is too short for the model.
  case tooFewPoints(has: Int, needs: Int)
  /// Demand occurred too few times.
  case tooFewDemands(has: Int, needs: Int)
  /// Demand occurs on too many days for a model of intermittent demand.
  case regularDemand(zeroPercent: Int)
  /// The fit left the finite numbers.
  case diverged
  /// No model of this name is registered.
  case unknown
  /// Demand occurs on too few days for a model of regular demand.
  case intermittentDemand(zeroPercent: Int)
  /// What the model itself says against the series.
  case unfit(String)
  /// One of the models that it is the mean of errs that much more than the other.
  case unequalParts(percent: Int)

  /// The reason in words.
  public var description: String {
    switch self {
    case .tooFewPoints(let has, let needs): "\(has) observed days, at least \(needs) needed"
    case .tooFewDemands(let has, let needs): "\(has) days with demand, at least \(needs) needed"
    case .regularDemand(let percent): "demand is regular: only \(percent) % of the days have none"
    case .diverged: "the fit did not stay finite"
    case .unknown: "no such model is registered"
    case .intermittentDemand(let percent):
      "demand is intermittent: \(percent) % of the days have none"
    case .unfit(let reason): reason
    case .unequalParts(let percent): "one of its parts errs by \(percent) % more than the other"
    }
  }

  private static let longestReason = 200

  private var code: (UInt8, Int, Int) {
    switch self {
    case .tooFewPoints(let has, let needs): (1, has, needs)
    case .tooFewDemands(let has, let needs): (2, has, needs)
    case .regularDemand(let percent): (3, percent, 0)
    case .diverged: (4, 0, 0)
    case .unknown: (5, 0, 0)
    case .intermittentDemand(let percent): (6, percent, 0)
    case .unfit: (7, 0, 0)
    case .unequalParts(let percent): (8, percent, 0)
    }
  }

  func pack(into writer: inout ByteWriter) {
    writer.fixed(code.0)
    writer.count(code.1)
    writer.count(code.2)
    if case .unfit(let reason) = self {
      writer.blob(Array(reason.utf8.prefix(Self.longestReason)))
    }
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    let code = try reader.byte()
    let first = try reader.count("refusal", limit: Int(Int32.max))
    let second = try reader.count("refusal", limit: Int(Int32.max))
    switch code {
    case 1: self = .tooFewPoints(has: first, needs: second)
    case 2: self = .tooFewDemands(has: first, needs: second)
    case 3: self = .regularDemand(zeroPercent: first)
    case 4: self = .diverged
    case 5: self = .unknown
    case 6: self = .intermittentDemand(zeroPercent: first)
    case 7:
      let reason = try reader.blob("reason", limit: Self.longestReason)
      self = .unfit(String(decoding: reason, as: UTF8.self))
    case 8: self = .unequalParts(percent: first)
    default: throw .invalid(what: "refusal \(code)")
    }
  }
}
