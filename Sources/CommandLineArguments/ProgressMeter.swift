/// Measures how fast something goes by what was read of it lately.
///
/// Rate and time left come from the last seconds, not from the start: what was slow to begin with
/// is forgotten, and a single stumble does not show.
public struct ProgressMeter: Sendable {
  /// How far it looks back.
  static let windowSeconds = 15.0
  /// Readings that follow one sooner are not kept: this bounds how many there are.
  private static let gapSeconds = 0.25
  /// Before this nothing is said of rates.
  private static let patienceSeconds = 1.0

  private struct Sample: Sendable {
    var seconds: Double
    var count: Int
    var share: Double?
  }

  private var title = ""
  private var samples: [Sample] = []
  private var latest = Sample(seconds: 0, count: 0)
  private var startedAt = 0.0

  /// A meter that has read nothing.
  public init() {}

  /// Takes a reading at a time in seconds that never goes back.
  public mutating func take(_ reading: ProgressReading, at seconds: Double) {
    let sample = Sample(seconds: seconds, count: reading.count, share: reading.share)
    // Another work, or the same from the start: what was is no measure of it.
    if reading.title != title || reading.count < latest.count {
      title = reading.title
      samples = []
      startedAt = seconds
    }
    latest = sample
    if samples.last.map({ seconds - $0.seconds >= Self.gapSeconds }) ?? true {
      samples.append(sample)
    }
    // The one that is just out of the window is the other end of it.
    while samples.count > 2, seconds - samples[1].seconds >= Self.windowSeconds {
      samples.removeFirst()
    }
  }

  /// How long this piece of work has been going on.
  public var elapsedSeconds: Double { latest.seconds - startedAt }

  /// How many were done in a second lately; nothing before that can be known.
  public var rate: Double? {
    span.map { Double(latest.count - $0.first.count) / $0.seconds }
  }

  /// How long the rest will take at this rate; nothing while nothing moves.
  public var secondsLeft: Double? {
    guard let (first, seconds) = span, let then = first.share, let now = latest.share, now > then
    else { return nil }
    return (1 - now) * seconds / (now - then)
  }

  private var span: (first: Sample, seconds: Double)? {
    guard let first = samples.first else { return nil }
    let seconds = latest.seconds - first.seconds
    return seconds >= Self.patienceSeconds ? (first, seconds) : nil
  }
}
