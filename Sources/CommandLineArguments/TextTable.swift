/// Rows in aligned columns, for terminals.
public struct TextTable: Sendable {
  /// A column's title and the side on which its cells stand.
  public struct Column: Sendable {
    /// The title.
    public let title: String
    /// Whether cells stand at the right, as numbers do.
    public let isRight: Bool

    /// A column of text.
    public static func left(_ title: String) -> Column { Column(title: title, isRight: false) }
    /// A column of numbers.
    public static func right(_ title: String) -> Column { Column(title: title, isRight: true) }
  }

  /// No column is cut below this.
  static let minimumColumnWidth = 4
  /// Blanks between columns.
  static let gap = 2

  private let columns: [Column]
  private var rows: [[String]] = []

  /// An empty table.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row, one cell for each column. Control characters in cells are made visible.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has one cell for each column")
    rows.append(cells.map(DisplayWidth.printable))
  }

  /// The table as lines that end with a newline. When `width` is given and too small, the widest
  /// columns are cut first, each cut marked with an ellipsis.
  public func render(width: Int? = nil, header: (String) -> String = { $0 }) -> String {
    let widths = fittedWidths(to: width ?? .max)
    var text = header(line(columns.map(\.title), widths)) + "\n"
    for row in rows { text += line(row, widths) + "\n" }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let fitted = DisplayWidth.truncate(cell, to: widths[index])
      line += DisplayWidth.pad(fitted, to: widths[index], right: columns[index].isRight)
      if index < cells.count - 1 { line += String(repeating: " ", count: Self.gap) }
    }
    // Blanks behind the last cell would only wrap on a narrow terminal.
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  private func fittedWidths(to width: Int) -> [Int] {
    var widths = columns.map { DisplayWidth.of($0.title) }
    for row in rows {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], DisplayWidth.of(cell))
      }
    }
    var excess = widths.reduce(Self.gap * max(0, columns.count - 1), +)
    excess = excess > width ? excess - width : 0
    while excess > 0, let widest = widths.max(), widest > Self.minimumColumnWidth {
      guard let index = widths.firstIndex(of: widest) else { break }
      // Down to the next widest at once, then in turns.
      let next = widths.filter { $0 < widest }.max() ?? 0
      let step = min(excess, max(1, widest - max(next, Self.minimumColumnWidth)))
      widths[index] -= step
      excess -= step
    }
    return widths
  }
}
