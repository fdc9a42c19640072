import Demand

/// How a file writes its times: one kind for all rows.
enum Notation: Equatable, Sendable {
  /// `2026-11-20`; places are days since 1970.
  case date
  /// `2026-11-20 13:00[:00]` or with `T`; places are seconds since 1970.
  case timestamp(separator: UInt8, hasSeconds: Bool)
  /// `17`; places are the numbers themselves.
  case integer

  /// Seconds are written when any row wrote them; else the notation of the first row holds.
  func joined(with other: Notation) -> Notation? {
    switch (self, other) {
    case (.date, .date), (.integer, .integer): self
    case (.timestamp(let separator, let left), .timestamp(_, let right)):
      .timestamp(separator: separator, hasSeconds: left || right)
    default: nil
    }
  }

  /// What rows of this notation look like, for errors.
  var noun: String {
    switch self {
    case .date: "a date"
    case .timestamp: "a timestamp"
    case .integer: "a whole number"
    }
  }

  /// A place as text.
  func text(_ place: Int64) -> String {
    switch self {
    case .integer: return String(place)
    case .date: return Day(number: Int32(clamping: place)).description
    case .timestamp(let separator, let hasSeconds):
      let (day, second) = StampText.split(place)
      var text = Day(number: Int32(clamping: day)).description
      text.unicodeScalars.append(Unicode.Scalar(separator))
      text += Self.twoDigits(second / 3_600) + ":" + Self.twoDigits(second / 60 % 60)
      if hasSeconds || second % 60 != 0 { text += ":" + Self.twoDigits(second % 60) }
      return text
    }
  }

  private static func twoDigits(_ value: Int64) -> String {
    value < 10 ? "0\(value)" : String(value)
  }
}

/// Reads times in any of the notations.
enum StampText {
  static let secondsPerDay: Int64 = 86_400

  /// The place and how it is written, or nothing when the text is no time.
  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> (place: Int64, notation: Notation)? {
    let text = unsafe NumberText.trimmed(text)
    if text.count == 10, let day = unsafe Day.parse(text) { return (Int64(day.number), .date) }
    if text.count == 16 || text.count == 19 { return unsafe timestamp(text) }
    return unsafe NumberText.integer(text).map { ($0, .integer) }
  }

  /// A place in seconds as day and second of the day, rounding down before 1970 too.
  static func split(_ seconds: Int64) -> (day: Int64, second: Int64) {
    var (day, second) = seconds.quotientAndRemainder(dividingBy: secondsPerDay)
    if second < 0 {
      day -= 1
      second += secondsPerDay
    }
    return (day, second)
  }

  private static func timestamp(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> (place: Int64, notation: Notation)? {
    let separator = unsafe text[10]
    let colon = UInt8(ascii: ":")
    let date = unsafe UnsafeBufferPointer(rebasing: text[0..<10])
    guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "T"),
      let day = unsafe Day.parse(date), unsafe text[13] == colon,
      let hour = unsafe twoDigits(text, 11, below: 24),
      let minute = unsafe twoDigits(text, 14, below: 60)
    else { return nil }
    let place = Int64(day.number) * secondsPerDay + hour * 3_600 + minute * 60
    guard text.count == 19 else {
      return (place, .timestamp(separator: separator, hasSeconds: false))
    }
    guard unsafe text[16] == colon, let second = unsafe twoDigits(text, 17, below: 60) else {
      return nil
    }
    return (place + second, .timestamp(separator: separator, hasSeconds: true))
  }

  private static func twoDigits(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int, below limit: Int64
  ) -> Int64? {
    let tens = unsafe Int64(text[index]) - 0x30
    let ones = unsafe Int64(text[index + 1]) - 0x30
    guard (0...9).contains(tens), (0...9).contains(ones) else { return nil }
    let value = tens * 10 + ones
    return value < limit ? value : nil
  }
}
