/// What a terminal can show.
public struct TerminalLook: Sendable {
  /// Its columns; a picture is never wider.
  public var columns: Int
  /// The rows of each chart's plot, without its words and axis.
  public var rows: Int
  /// Whether it shows more than ASCII: braille, whose cells have eight dots each.
  public var hasDots: Bool
  /// Whether colours show.
  public var hasColours: Bool
  /// How many columns a text takes: wide characters take two.
  public var width: @Sendable (String) -> Int
  /// The longest start of a text within some columns.
  public var truncated: @Sendable (String, Int) -> String

  /// Describes a terminal.
  public init(
    columns: Int, rows: Int, hasDots: Bool, hasColours: Bool,
    width: @escaping @Sendable (String) -> Int,
    truncated: @escaping @Sendable (String, Int) -> String
  ) {
    self.columns = columns
    self.rows = rows
    self.hasDots = hasDots
    self.hasColours = hasColours
    self.width = width
    self.truncated = truncated
  }

  /// `text` in the colour of an ink, where colours show.
  func coloured(_ text: String, _ ink: Ink?) -> String {
    guard hasColours, let code = ink?.colour else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  func emphasised(_ text: String) -> String {
    hasColours ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }
}

extension Ink {
  /// The colour in the form of ECMA-48; what is sold is in the terminal's own.
  fileprivate var colour: String? {
    switch self {
    case .demand: nil
    case .fit: "36"
    case .forecast: "94"
    case .stock: "32"
    case .position: "95"
    case .level: "31"
    case .order: "33"
    case .event: "35"
    case .holiday: "33"
    case .outlier: "31"
    case .missing: "90"
    }
  }

  /// The character of a point where there are no dots.
  var letter: Character {
    switch self {
    case .demand: "*"
    case .fit: "+"
    case .forecast: "o"
    case .stock: "#"
    case .position: "="
    case .level: "-"
    case .order: "A"
    case .event: "^"
    case .holiday: "!"
    case .outlier: "?"
    case .missing: "x"
    }
  }
}
