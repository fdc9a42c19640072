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
  }

  /// Where results go.
  public static var standardOutput: Terminal { Terminal(STDOUT_FILENO, "standard output") }
  /// Where errors and progress go.
  public static var standardError: Terminal { Terminal(STDERR_FILENO, "standard error") }

  /// Whether a person looks at it.
  public let isTerminal: Bool
  /// Its columns; nil when it is no terminal, where nothing should be cut.
  public let width: Int?
  /// Whether styles show: on a terminal that is not "dumb", unless NO_COLOR is set (no-color.org).
  public let hasColours: Bool
  private let descriptor: Int32
  private let name: String

  /// Describes an open file descriptor.
  public init(_ descriptor: Int32, _ name: String) {
    self.init(
      descriptor, name, isTerminal: isatty(descriptor) == 1,
      noColour: Self.environment("NO_COLOR"), kind: Self.environment("TERM"))
  }

  init(
    _ descriptor: Int32, _ name: String, isTerminal: Bool, noColour: String?, kind: String?
  ) {
    self.descriptor = descriptor
    self.name = name
    self.isTerminal = isTerminal
    width = isTerminal ? Self.columns(of: descriptor) : nil
    hasColours = isTerminal && (noColour ?? "").isEmpty && kind != "dumb"
  }

  /// `text` in a style, where styles show.
  public func styled(_ text: String, _ style: Style) -> String {
    hasColours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
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

  private static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    let answered = unsafe withUnsafeMutablePointer(to: &size) { pointer in
      unsafe ioctl(descriptor, UInt(TIOCGWINSZ), pointer) == 0
    }
    return answered && size.ws_col > 0 ? Int(size.ws_col) : nil
  }
}
