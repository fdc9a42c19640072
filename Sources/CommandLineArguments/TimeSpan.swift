/// A length of time as a word: `90s`, `45m`, `2h`, `1h30m`, `2d`, as `Readable.duration` writes it
/// but for the space.
public struct TimeSpan: ArgumentValue, Equatable {
  /// A length of time.
  public static let expectation = "a time such as 90s, 45m, 2h, 1h30m or 1d"
  /// How long it is.
  public let seconds: Double

  private static let units: [(letter: Character, seconds: Int)] = [
    ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
  ]

  /// Reads numbers with units, each once and the largest first; 0 is none.
  public init?(argument: String) {
    var (sum, digits) = (0, "")
    var left = Self.units[...]
    for character in argument where character != " " {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      guard let number = Int(digits), number < 1_000_000_000,
        let place = left.firstIndex(where: { $0.letter == character })
      else { return nil }
      sum += number * left[place].seconds
      left = left[(place + 1)...]
      digits = ""
    }
    guard digits.isEmpty, sum > 0 else { return nil }
    seconds = Double(sum)
  }

  /// The time as it is written.
  public var argumentText: String {
    var (left, text) = (Int(seconds), "")
    for unit in Self.units where left >= unit.seconds {
      text += "\(left / unit.seconds)\(unit.letter)"
      left %= unit.seconds
    }
    return text
  }
}
