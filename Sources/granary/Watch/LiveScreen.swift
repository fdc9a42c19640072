import CommandLineArguments
import Glibc
import Threading

/// The whole screen of a terminal, drawn over again and again and given back as it was.
///
/// The terminal's other buffer keeps what was there (xterm's private mode 1049). A frame is written
/// in one piece, its changed lines only, between the marks of a synchronised update (private mode
/// 2026), which terminals that do not know it pass over: nothing flickers.
final class LiveScreen: Sendable {
  private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
  private static let leave = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  private struct State: Sendable {
    var shown: [String] = []
    var size = (columns: 0, lines: 0)
    /// How keys were read before; nothing once that was restored.
    var keys: termios?
    var isOpen = false
  }

  private let terminal: Terminal
  private let state = Locked(State())

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// Takes the screen.
  func open() throws(ArgumentError) {
    state.withLock { state in
      state.keys = Self.quietKeys()
      state.isOpen = true
    }
    try terminal.write(Self.enter)
  }

  /// Gives the screen back; any thread may, more than once.
  func close() {
    state.withLock { state in
      guard state.isOpen else { return }
      state.isOpen = false
      try? terminal.write(Self.leave)
      if var keys = state.keys { unsafe tcsetattr(STDIN_FILENO, TCSANOW, &keys) }
    }
  }

  /// The columns and lines that there are now.
  var size: (columns: Int, lines: Int) {
    let size = terminal.size ?? (80, 24)
    return (size.columns, size.lines > 0 ? size.lines : 24)
  }

  /// Draws lines, of which those that did not change stay.
  func draw(_ lines: [ScreenLine], for size: (columns: Int, lines: Int)) throws(ArgumentError) {
    let rendered = lines.prefix(size.lines).map {
      $0.rendered(columns: size.columns, for: terminal)
    }
    let frame = state.withLock { state -> String in
      guard state.isOpen else { return "" }
      var frame = ""
      if state.size != size {
        // What a resized terminal made of the old lines is anybody's guess.
        frame += "\u{1B}[2J"
        state.shown = []
        state.size = size
      }
      for (number, line) in rendered.enumerated()
      where number >= state.shown.count || state.shown[number] != line {
        frame += "\u{1B}[\(number + 1);1H\u{1B}[K\(line)"
      }
      state.shown = rendered
      return frame.isEmpty ? "" : "\u{1B}[?2026h\(frame)\u{1B}[?2026l"
    }
    if !frame.isEmpty { try terminal.write(frame) }
  }

  /// Waits for a key, `milliseconds` at most; nothing when none came.
  static func key(milliseconds: Int32) -> UInt8? {
    var wanted = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard isatty(STDIN_FILENO) == 1, unsafe poll(&wanted, 1, milliseconds) > 0,
      wanted.revents & Int16(POLLIN) != 0
    else {
      // Without a keyboard, or where it has gone away, poll returns at once.
      if wanted.revents != 0 || isatty(STDIN_FILENO) != 1 {
        usleep(UInt32(max(0, milliseconds)) * 1_000)
      }
      return nil
    }
    var byte: UInt8 = 0
    return unsafe read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
  }

  /// Keys come at once and are not shown; Control-C and its like stay signals, but Control-Z must
  /// not leave a stopped process behind on a screen that nobody gives back. What held before.
  private static func quietKeys() -> termios? {
    var before = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var keys = before
    keys.c_lflag &= ~tcflag_t(ICANON | ECHO)
    unsafe withUnsafeMutableBytes(of: &keys.c_cc) { codes in
      unsafe codes[Int(VSUSP)] = 0
      unsafe codes[Int(VMIN)] = 1
      unsafe codes[Int(VTIME)] = 0
    }
    unsafe tcsetattr(STDIN_FILENO, TCSANOW, &keys)
    return before
  }
}
