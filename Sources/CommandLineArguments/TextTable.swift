/// Rows in aligned columns, for terminals.
public struct TextTable: Sendable {
  /// A column's title and the side on which its cells stand.
  public struct Column: Sendable {
    /// The title.
    public let title: String
    /// Whether cells stand at the right, as numbers do.
    public let isRight: Bool
    /// Whether the column may be left out where there is no room, the highest first; 0 stays.
    private(set) var rank = 0

    /// The same column, left out where there is no room: those of the highest rank go first, and
    /// one whose cells are all empty is not shown at all.
    public func optional(_ rank: Int = 1) -> Column {
      var column = self
      column.rank = rank
      return column
    }

    /// A column of text.
    public static func left(_ title: String) -> Column { Column(title: title, isRight: false) }
    /// A column of numbers.
    public static func right(_ title: String) -> Column { Column(title: title, isRight: true) }
  }

  /// Columns of text are cut down to this before any number is.
  static let hintColumnWidth = 8
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

  /// The table for a terminal, within its width and with its titles set off; or for a file.
  public func render(for terminal: Terminal) -> String {
    render(width: terminal.width) { terminal.styled($0, .bold) }
  }

  /// The table as lines that end with a newline. When `width` is given, optional columns that are
  /// empty or find no room are left out; then the widest columns are cut first, each cut marked
  /// with an ellipsis.
  public func render(width: Int? = nil, header: (String) -> String = { $0 }) -> String {
    guard let width else { return text(header, Int.max) }
    var table = withoutEmptyColumns
    while table.excess(over: width) > 0, let last = table.leastNeeded {
      table = table.without(last)
    }
    return table.text(header, width)
  }

  private func text(_ header: (String) -> String, _ width: Int) -> String {
    let widths = fittedWidths(to: width)
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

  // MARK: Columns that may be left out

  private var withoutEmptyColumns: TextTable {
    let empty = columns.indices.filter { index in
      columns[index].rank > 0 && rows.allSatisfy { $0[index].isEmpty }
    }
    return empty.reversed().reduce(self) { $0.without($1) }
  }

  /// The column to leave out first: the last one of the highest rank.
  private var leastNeeded: Int? {
    columns.indices.filter { columns[$0].rank > 0 }
      .max { (columns[$0].rank, $0) < (columns[$1].rank, $1) }
  }

  private func without(_ index: Int) -> TextTable {
    var columns = columns
    columns.remove(at: index)
    var table = TextTable(columns)
    table.rows = rows.map { row in
      var row = row
      row.remove(at: index)
      return row
    }
    return table
  }

  // MARK: Widths

  private var naturalWidths: [Int] {
    var widths = columns.map { DisplayWidth.of($0.title) }
    for row in rows {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], DisplayWidth.of(cell))
      }
    }
    return widths
  }

  private func excess(over width: Int) -> Int {
    let needed = naturalWidths.reduce(Self.gap * max(0, columns.count - 1), +)
    return needed > width ? needed - width : 0
  }

  private func fittedWidths(to width: Int) -> [Int] {
    var widths = naturalWidths
    var excess = excess(over: width)
    // A word without its end is still a hint, a number without its end is another number.
    let texts = columns.indices.filter { !columns[$0].isRight }
    Self.cut(&widths, of: texts, to: Self.hintColumnWidth, &excess)
    Self.cut(&widths, of: Array(columns.indices), to: Self.minimumColumnWidth, &excess)
    return widths
  }

  /// Makes the widest of some columns narrower, none below `least`, as long as there is an excess.
  private static func cut(
    _ widths: inout [Int], of columns: [Int], to least: Int, _ excess: inout Int
  ) {
    while excess > 0, let index = columns.max(by: { (widths[$0], $1) < (widths[$1], $0) }),
      widths[index] > least
    {
      // Down to the next widest at once, then in turns.
      let widest = widths[index]
      let next = columns.map { widths[$0] }.filter { $0 < widest }.max() ?? 0
      let step = min(excess, max(1, widest - max(next, least)))
      widths[index] -= step
      excess -= step
    }
  }
}
