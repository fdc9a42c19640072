import CommandLineArguments
import Telemetry
import Threading

/// Shows how far something is on standard error: on a terminal a line that is written over, with a
/// bar, rate and time left; else a line with its time every few seconds. Results follow on a line
/// of their own, since `clear` comes before them.
final class Progress {
  /// How often the line is drawn: more often is only seen as flicker.
  private static let drawMilliseconds: Int64 = 100
  /// How often a line is added where none can be written over.
  private static let sayMilliseconds: Int64 = 5_000

  private let terminal: Terminal
  private let isForPrograms: Bool
  private let clock = MonotonicClock()
  private var meter = ProgressMeter()
  private var title = ""
  private var saidAt: Moment
  /// The columns of the line that is shown; 0 while none is.
  private var shownColumns = 0

  /// Shows progress; who reads JSON (`isForPrograms`) is not told where nobody can be looking.
  init(isForPrograms: Bool = false, on terminal: Terminal = .standardError) {
    self.isForPrograms = isForPrograms
    self.terminal = terminal
    saidAt = clock.now
  }

  /// Says how far it is. Progress that cannot be written is no reason to stop.
  func show(_ reading: ProgressReading) {
    meter.take(reading, at: Double(clock.nanoseconds) / 1e9)
    let now = clock.now
    let isNew = reading.title != title
    title = reading.title
    guard terminal.hasCursor else {
      guard !isForPrograms, now - saidAt >= Self.sayMilliseconds else { return }
      saidAt = now
      try? terminal.write("\(Timestamp.now()) \(ProgressText(reading, meter).sentence)\n")
      return
    }
    guard isNew || shownColumns == 0 || now - saidAt >= Self.drawMilliseconds else { return }
    saidAt = now
    let width = max(1, (terminal.size?.columns ?? 80) - 1)
    let line = DisplayWidth.printable(ProgressText(reading, meter).line(width: width))
    try? terminal.write("\(wipe)\(line)")
    shownColumns = DisplayWidth.of(line)
  }

  /// Wipes the line, so that what follows stands alone.
  func clear() {
    guard shownColumns > 0 else { return }
    try? terminal.write(wipe)
    shownColumns = 0
  }

  /// Puts the cursor where the line began and wipes it, also when the window was made narrower
  /// since and the line is broken into several.
  private var wipe: String {
    let width = max(1, terminal.size?.columns ?? 80)
    let above = max(0, shownColumns - 1) / width
    return "\r" + (above > 0 ? "\u{1B}[\(above)A" : "") + "\u{1B}[J"
  }
}
