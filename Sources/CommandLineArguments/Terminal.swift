import Glibc

/// Where a command prints: a terminal, or a file or pipe that only takes text.
public struct Terminal: Sendable {
  /// A way to set text off.
  public enum Style: String, Sendable {
    /// Bold.
    case bold = "1"
    /// Faint.
    case faint = "2"
    /// Red, for errors.
    case red = "31"
    /// Green, for what is well.
    case green = "32"
    /// Yellow, for what needs attention.
    case yellow = "33"
    /// Cyan, for what is to be typed as it stands.
    case cyan = "36"

    /// `text` in this style.
    func set(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
  }

  /// Where results go.
  public static var standardOutput: Terminal { Terminal(STDOUT_FILENO, "standard output") }
  /// Where errors and progress go.
  public static var standardError: Terminal { Terminal(STDERR_FILENO, "standard error") }

  /// Whether a person looks at it.
  public let isTerminal: Bool
  /// Its columns; nil when it is no terminal, where nothing should be cut.
  public let width: Int?
  /// Whether styles show: never with NO_COLOR (no-color.org); else wherever CLICOLOR_FORCE or
  /// FORCE_COLOR asks for them (bixense.com/clicolors, force-color.org); else on a terminal that is
  /// not "dumb", unless CLICOLOR is 0.
  public let hasColours: Bool
  /// Whether a line can be written over: a "dumb" terminal only takes text.
  public let hasCursor: Bool
  private let descriptor: Int32
  private let name: String

  /// Describes an open file descriptor.
  public init(_ descriptor: Int32, _ name: String) {
    self.init(
      descriptor, name, isTerminal: isatty(descriptor) == 1, environment: Self.environment)
  }

  init(
    _ descriptor: Int32, _ name: String, isTerminal: Bool, environment: (String) -> String?
  ) {
    self.descriptor = descriptor
    self.name = name
    self.isTerminal = isTerminal
    width = isTerminal ? Self.size(of: descriptor)?.columns : nil
    hasCursor = isTerminal && environment("TERM") != "dumb"
    let isForced = ["CLICOLOR_FORCE", "FORCE_COLOR"].contains { name in
      !["", "0", "false"].contains(environment(name) ?? "")
    }
    hasColours =
      (environment("NO_COLOR") ?? "").isEmpty
      && (isForced || hasCursor && environment("CLICOLOR") != "0")
  }

  /// Its columns and lines at this moment, since people resize windows; nil when it is no terminal.
  public var size: (columns: Int, lines: Int)? {
    isTerminal ? Self.size(of: descriptor) : nil
  }

  /// `text` in a style, where styles show.
  public func styled(_ text: String, _ style: Style) -> String {
    hasColours ? style.set(text) : text
  }

  /// Writes all of `text`, or says why it could not be.
  public func write(_ text: String) throws(ArgumentError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      }
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        throw .outputLost(stream: name, reason: Self.reason(errno))
      }
    }
  }

  private static func reason(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  private static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  private static func size(of descriptor: Int32) -> (columns: Int, lines: Int)? {
    var size = winsize()
    let answered = unsafe withUnsafeMutablePointer(to: &size) { pointer in
      unsafe ioctl(descriptor, UInt(TIOCGWINSZ), pointer) == 0
    }
    return answered && size.ws_col > 0 ? (Int(size.ws_col), Int(size.ws_row)) : nil
  }
}
