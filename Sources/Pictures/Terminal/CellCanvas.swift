/// A drawing in the cells of a terminal: dots of braille, eight to a cell, or characters. What is
/// drawn later lies above; lines lie above shades.
struct CellCanvas {
  let columns: Int, rows: Int
  let hasDots: Bool
  private var cells: [Cell]

  /// What a cell shows: dots above a character above a shade.
  private struct Cell {
    var shade: (character: Character, ink: Ink)?
    var dots: UInt8 = 0
    var dotInk: Ink?
    var sign: (character: Character, ink: Ink)?
  }

  /// The bit of a dot, by row and column (Unicode Standard, Braille Patterns: dots 1 to 8 are the
  /// bits 0 to 7, and dots 7 and 8 are the fourth row).
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
  private static let braille: UInt32 = 0x2800

  init(columns: Int, rows: Int, hasDots: Bool) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.hasDots = hasDots
    cells = Array(repeating: Cell(), count: self.columns * self.rows)
  }

  /// The points that can be told apart.
  var width: Int { hasDots ? 2 * columns : columns }
  var height: Int { hasDots ? 4 * rows : rows }

  /// A point, the first row on top.
  mutating func point(_ x: Int, _ y: Int, _ ink: Ink) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    guard hasDots else {
      return sign(ink.letter, column: x, row: y, ink)
    }
    let index = y / 4 * columns + x / 2
    cells[index].dots |= Self.bits[y % 4][x % 2]
    cells[index].dotInk = ink
  }

  /// A line of points (Bresenham, IBM Systems Journal 4, 1965); of a line of dashes `phase` says
  /// how far it has come.
  mutating func line(
    _ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ ink: Ink, phase: inout Int?
  ) {
    let (across, down) = (abs(x2 - x1), -abs(y2 - y1))
    let (right, below) = (x1 < x2 ? 1 : -1, y1 < y2 ? 1 : -1)
    var (x, y, error) = (x1, y1, across + down)
    while true {
      if (phase ?? 0) % Self.dashPeriod < Self.dashLength { point(x, y, ink) }
      if x == x2, y == y2 { return }
      phase? += 1
      let doubled = 2 * error
      if doubled >= down {
        error += down
        x += right
      }
      if doubled <= across {
        error += across
        y += below
      }
    }
  }

  /// A whole line of points.
  mutating func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ ink: Ink) {
    var phase: Int?
    line(x1, y1, x2, y2, ink, phase: &phase)
  }

  private static let dashPeriod = 5, dashLength = 3

  /// A character in a cell, beneath no dots.
  mutating func sign(_ character: Character, column: Int, row: Int, _ ink: Ink) {
    guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
    cells[row * columns + column].sign = (character, ink)
  }

  /// A character behind all lines.
  mutating func shade(_ character: Character, column: Int, row: Int, _ ink: Ink) {
    guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
    cells[row * columns + column].shade = (character, ink)
  }

  /// A row as runs of characters of one ink each, blanks at its end left out.
  func runs(_ row: Int) -> [(text: String, ink: Ink?)] {
    var runs: [(text: String, ink: Ink?)] = []
    for column in 0..<columns {
      let (character, ink) = shown(cells[row * columns + column])
      if let last = runs.indices.last, runs[last].ink == ink || character == " " {
        runs[last].text.append(character)
      } else {
        runs.append((String(character), ink))
      }
    }
    if let last = runs.indices.last {
      while runs[last].text.last == " " { runs[last].text.removeLast() }
    }
    return runs.filter { !$0.text.isEmpty }
  }

  private func shown(_ cell: Cell) -> (Character, Ink?) {
    if let sign = cell.sign { return (sign.character, sign.ink) }
    if cell.dots != 0, let scalar = Unicode.Scalar(Self.braille + UInt32(cell.dots)) {
      return (Character(scalar), cell.dotInk)
    }
    if let shade = cell.shade { return (shade.character, shade.ink) }
    return (" ", nil)
  }
}
