import Demand

/// Words and figures in their making. Lines are written by the million, and a `String` for every
/// figure in them would take longer than all else.
struct Phrase: Equatable, ExpressibleByStringInterpolation {
  /// The UTF-8 of the words.
  private(set) var bytes: [UInt8]

  /// The words.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  init(stringLiteral text: String) { bytes = Array(text.utf8) }
  init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

  static func += (phrase: inout Phrase, more: Phrase) {
    phrase.bytes.append(contentsOf: more.bytes)
  }

  static func + (first: Phrase, second: Phrase) -> Phrase {
    var both = first
    both += second
    return both
  }

  /// What may stand between the words.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []

    /// Room for what figures usually take.
    init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ text: String) { bytes.append(contentsOf: text.utf8) }
    mutating func appendInterpolation(_ text: String) { bytes.append(contentsOf: text.utf8) }
    mutating func appendInterpolation(_ name: Location) { bytes.append(contentsOf: name.bytes) }
    mutating func appendInterpolation(_ phrase: Phrase) {
      bytes.append(contentsOf: phrase.bytes)
    }
    mutating func appendInterpolation(_ day: Day) { Figure.append(day, to: &bytes) }
    mutating func appendInterpolation(_ count: Int) { Figure.append(count, to: &bytes) }
    mutating func appendInterpolation(number value: Double, decimals: Int = 2) {
      Figure.append(value, decimals: decimals, to: &bytes)
    }
    mutating func appendInterpolation(units value: Double) {
      Figure.append(value, decimals: Figure.unitDecimals(value), to: &bytes)
    }
    mutating func appendInterpolation(days count: Int) {
      Figure.append(count, to: &bytes)
      bytes.append(contentsOf: (count == 1 ? " day" : " days").utf8)
    }
    mutating func appendInterpolation(percent share: Double) {
      Figure.append(share * 100, decimals: 2, to: &bytes)
      bytes.append(contentsOf: " %".utf8)
    }
  }
}
