import CommandLineArguments
import Threading

/// Says how far something is: a line that is written over on a terminal, else a line now and then.
final class ProgressLine {
  private static let quietMilliseconds: Int64 = 5_000

  private let terminal: Terminal
  private let clock = MonotonicClock()
  private var saidAt: Moment
  private var isShown = false

  init(_ terminal: Terminal = .standardError) {
    self.terminal = terminal
    saidAt = clock.now
  }

  /// Says how far it is. Progress that cannot be written is no reason to stop.
  func show(_ text: String) {
    if terminal.isTerminal {
      let line = terminal.width.map { String(text.prefix(max(1, $0 - 1))) } ?? text
      try? terminal.write("\r\u{1B}[K\(line)")
      isShown = true
    } else if clock.now - saidAt >= Self.quietMilliseconds {
      saidAt = clock.now
      try? terminal.write("\(text)\n")
    }
  }

  /// Wipes the line, so that what follows stands alone.
  func clear() {
    if isShown { try? terminal.write("\r\u{1B}[K") }
    isShown = false
  }
}
