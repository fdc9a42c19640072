import Packing

/// What became of a model when days came after its fit.
public enum Renewal: Equatable, Sendable, CustomStringConvertible {
  /// Nothing yet: it is as it was fitted.
  case fitted
  /// It took the new days through its filters; parameters stayed.
  case kept(newDays: Int)
  /// It was fitted again, for this reason.
  case refitted(String)

  /// The outcome in words.
  public var description: String {
    switch self {
    case .fitted: "fitted"
    case .kept(let days): "kept: \(days) new day\(days == 1 ? "" : "s")"
    case .refitted(let reason): "refitted: \(reason)"
    }
  }

  private static let longestReason = 200

  func pack(into writer: inout ByteWriter) {
    switch self {
    case .fitted: writer.fixed(UInt8(0))
    case .kept(let days):
      writer.fixed(UInt8(1))
      writer.count(days)
    case .refitted(let reason):
      writer.fixed(UInt8(2))
      writer.blob(Array(reason.utf8.prefix(Self.longestReason)))
    }
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    switch try reader.byte() {
    case 0: self = .fitted
    case 1: self = .kept(newDays: try reader.count("new days", limit: Int(Int32.max)))
    case 2:
      let reason = try reader.blob("reason", limit: Self.longestReason)
      self = .refitted(String(decoding: reason, as: UTF8.self))
    case let code: throw .invalid(what: "renewal \(code)")
    }
  }
}
