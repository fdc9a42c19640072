/// A reading in words: a line with a bar for terminals, a sentence for files.
public struct ProgressText: Sendable {
  private static let widestBar = 30
  private static let narrowestBar = 8
  private static let gap = "  "

  private let reading: ProgressReading
  private let meter: ProgressMeter

  /// Words for a reading that the meter has taken.
  public init(_ reading: ProgressReading, _ meter: ProgressMeter) {
    self.reading = reading
    self.meter = meter
  }

  /// What can be said, and what is left out first where there is no room: the highest number.
  private struct Part {
    var text: String
    var order: Int
  }

  private var parts: [Part] {
    var parts: [Part] = []
    if let share = reading.share { parts.append(Part(text: Self.percent(share), order: 0)) }
    if !reading.unit.more.isEmpty {
      var text = Readable.grouped(reading.count)
      if let all = reading.all { text += " of \(Readable.grouped(all))" }
      let one = (reading.all ?? reading.count) == 1
      parts.append(Part(text: "\(text) \(one ? reading.unit.one : reading.unit.more)", order: 3))
    } else if meter.elapsedSeconds >= 1 {
      let seconds = meter.elapsedSeconds.rounded(.down)
      parts.append(Part(text: Readable.wholeDuration(seconds: seconds), order: 1))
    }
    if reading.hasRate, let rate = meter.rate {
      parts.append(Part(text: Self.rate(rate), order: 4))
    }
    if let left = meter.secondsLeft, reading.share != 1 {
      let seconds = Readable.wholeDuration(seconds: max(1, left))
      parts.append(Part(text: "\(seconds) left", order: 1))
    }
    return parts + reading.notes.enumerated().map { Part(text: $1, order: 2 + 3 * $0) }
  }

  /// A sentence.
  public var sentence: String {
    let words = parts.map { String($0.text.drop { $0 == " " }) }.joined(separator: ", ")
    return words.isEmpty ? reading.title : "\(reading.title): \(words)"
  }

  /// A line that fits `width` columns, with a bar where the share is known and there is room.
  public func line(width: Int) -> String {
    var parts = parts
    func columns() -> Int {
      parts.reduce(DisplayWidth.of(reading.title)) {
        $0 + Self.gap.count + DisplayWidth.of($1.text)
      }
    }
    let bar = reading.share == nil ? 0 : Self.narrowestBar + Self.gap.count
    while columns() + bar > width,
      let last = parts.indices.max(by: { parts[$0].order < parts[$1].order }),
      parts[last].order > 1
    {
      parts.remove(at: last)
    }
    var words = [reading.title]
    let room = width - columns() - Self.gap.count
    if let share = reading.share, room >= Self.narrowestBar {
      words.append(Self.bar(share, columns: min(room, Self.widestBar)))
    }
    words += parts.map(\.text)
    return DisplayWidth.truncate(words.joined(separator: Self.gap), to: width)
  }

  /// A bar of so many columns; its half steps show that something moves.
  public static func bar(_ share: Double, columns: Int) -> String {
    let halves = Int((min(1, max(0, share)) * Double(2 * columns)).rounded(.down))
    let full = String(repeating: "\u{2501}", count: halves / 2)
    let half = halves % 2 == 1 ? "\u{2578}" : ""
    return full + half + String(repeating: "\u{2500}", count: columns - (halves + 1) / 2)
  }

  /// A share in whole percent: 100 only where all is done.
  public static func percent(_ share: Double) -> String {
    let whole = Int((min(1, max(0, share)) * 100).rounded(.down))
    return "\(whole < 10 ? " " : "")\(whole) %"
  }

  /// So many in a second.
  public static func rate(_ rate: Double) -> String {
    let text =
      rate > 0 && rate < 9.95 ? Readable.decimal(rate, places: 1) : Readable.count(Int(rate))
    return "\(text)/s"
  }
}
