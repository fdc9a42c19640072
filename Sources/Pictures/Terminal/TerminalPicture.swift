import Demand

/// Charts one above the other, as lines of a terminal: with dots and colours where it has them,
/// else in ASCII.
public struct TerminalPicture: Sendable {
  private let charts: [Chart]
  private let look: TerminalLook

  /// A picture for a terminal.
  public init(_ charts: [Chart], for look: TerminalLook) {
    self.charts = charts
    self.look = look
  }

  /// The lines, each ended.
  public var text: String {
    charts.map { TerminalPanel($0, look).lines.map { $0 + "\n" }.joined() }
      .joined(separator: "\n")
  }

  /// How many points a chart has to the right: so many days are told apart.
  public static func points(for look: TerminalLook) -> Int {
    let columns = max(1, look.columns - TerminalPanel.usualMargin)
    return look.hasDots ? 2 * columns : columns
  }
}

/// One chart in a terminal.
struct TerminalPanel {
  /// What numbers and the axis take at the left, mostly.
  static let usualMargin = 8
  private static let labelWidth = 11
  private static let rowsPerTick = 3
  private static let between = "  "

  private let chart: Chart
  private let look: TerminalLook
  private let ticks: NumberTicks
  /// The columns left of the plot.
  private let margin: Int
  private var canvas: CellCanvas
  /// Points of the plot; at its right and lower ends they are still within it.
  private let across: Scale, up: Scale

  init(_ chart: Chart, _ look: TerminalLook) {
    // Without colours a second line over the same days could not be told from the first one.
    var chart = chart
    if look.hasDots, !look.hasColours { chart.layers.removeAll { $0.ink == .fit } }
    self.chart = chart
    self.look = look
    ticks = NumberTicks(
      from: chart.bottom, to: chart.top, steps: max(1, look.rows / Self.rowsPerTick))
    let widest = ticks.ticks.map { look.width($0.label) }.max() ?? 0
    margin = widest + 2
    canvas = CellCanvas(
      columns: max(8, look.columns - margin), rows: look.rows, hasDots: look.hasDots)
    across = Scale(
      chart.across.range, from: -0.5, to: Double(canvas.width) - 0.5)
    up = Scale(ticks.range, from: Double(canvas.height - 1), to: 0)
    for layer in chart.layers { draw(layer) }
  }

  // MARK: Words

  var lines: [String] {
    var lines: [String] = []
    if !chart.title.isEmpty {
      lines.append(look.emphasised(look.truncated(chart.title, look.columns)))
    }
    lines += wrapped(chart.note)
    lines += legend
    let labels = Dictionary(
      ticks.ticks.map { (row(of: $0.value), $0.label) }, uniquingKeysWith: { $1 })
    let (plain, ticked) = look.hasDots ? ("│", "┤") : ("|", "+")
    for row in 0..<canvas.rows {
      let label = labels[row] ?? ""
      let blanks = String(repeating: " ", count: margin - 1 - look.width(label) - 1)
      let drawn = canvas.runs(row).map { look.coloured($0.text, $0.ink) }.joined()
      lines.append("\(blanks)\(label) \(labels[row] == nil ? plain : ticked)\(drawn)")
    }
    return lines + beneath
  }

  /// Words in lines that fit; a word that does not is cut.
  private func wrapped(_ words: String) -> [String] {
    var lines: [String] = []
    for word in words.split(separator: " ") {
      let longer = lines.last.map { "\($0) \(word)" }
      if let longer, look.width(longer) <= look.columns {
        lines[lines.count - 1] = longer
      } else {
        lines.append(look.truncated(String(word), look.columns))
      }
    }
    return lines
  }

  private func row(of value: Double) -> Int {
    let point = Int(up.position(value).rounded())
    return min(canvas.rows - 1, max(0, point / (look.hasDots ? 4 : 1)))
  }

  /// The unit and the names of the layers, in as many lines as they need.
  private var legend: [String] {
    var entries = [(chart.unit, look.width(chart.unit))]
    for layer in chart.layers where !layer.name.isEmpty {
      let sign = swatch(layer)
      entries.append(
        (look.coloured(sign, layer.ink) + " " + layer.name, look.width(sign + " " + layer.name)))
    }
    var lines: [String] = []
    var used = 0
    for (text, width) in entries where width > 0 {
      if used > 0, used + Self.between.count + width <= look.columns {
        lines[lines.count - 1] += Self.between + text
        used += Self.between.count + width
      } else {
        // One that is too long by itself is cut, without its colour.
        lines.append(width <= look.columns ? text : look.truncated(text, look.columns))
        used = width
      }
    }
    return lines
  }

  private func swatch(_ layer: Chart.Layer) -> String {
    let hasDots = look.hasDots
    return switch layer.shape {
    case .line, .steps: hasDots ? "⠤⠤" : String(repeating: layer.ink.letter, count: 2)
    case .dashes: hasDots ? "⠤ ⠤" : String(repeating: layer.ink.letter, count: 2)
    case .band(_, let isStrong): String(repeating: Self.shade(isStrong, hasDots), count: 2)
    case .bars: hasDots ? "⣿" : "#"
    case .level: hasDots ? "╌╌" : "--"
    case .upright: hasDots ? "┊" : ":"
    case .marks: String(Self.mark(layer.ink, hasDots))
    case .spans: String(Self.mark(.missing, hasDots))
    case .pins: hasDots ? "◆" : "A"
    }
  }

  private static func shade(_ isStrong: Bool, _ hasDots: Bool) -> Character {
    hasDots ? (isStrong ? "▒" : "░") : (isStrong ? ":" : ".")
  }

  private static func mark(_ ink: Ink, _ hasDots: Bool) -> Character {
    hasDots ? (ink == .missing ? "×" : ink == .holiday ? "▾" : "▴") : ink.letter
  }

  /// The line of the axis, marks below it, and its labels.
  private var beneath: [String] {
    let (rule, tick, corner) = look.hasDots ? ("─", "┬", "└") : ("-", "+", "+")
    var axis = Array(repeating: rule, count: canvas.columns)
    var labels = ""
    let start = String(repeating: " ", count: margin)
    for (value, label) in across(count: max(1, canvas.columns / Self.labelWidth)) {
      let column = self.column(of: value)
      axis[column] = tick
      // A label begins below its tick, or ends at the right end.
      let place = max(0, min(column, canvas.columns - look.width(label)))
      guard labels.isEmpty || labels.count < place else { continue }
      labels += String(repeating: " ", count: place - labels.count) + label
    }
    var lines = [String(repeating: " ", count: margin - 1) + corner + axis.joined()]
    for layer in chart.layers {
      let marks = marks(layer)
      if !marks.isEmpty { lines.append(start + marks) }
    }
    if !labels.isEmpty { lines.append(start + labels) }
    if case .numbers(_, let unit) = chart.across, !unit.isEmpty {
      let blanks = max(0, look.columns - look.width(unit))
      lines.append(String(repeating: " ", count: blanks) + look.truncated(unit, look.columns))
    }
    return lines
  }

  private func across(count: Int) -> [(Double, String)] {
    switch chart.across {
    case .days(let days):
      return DayTicks(days, count: count).ticks.map { (Double($0.day.number), $0.label) }
    case .numbers(let range, _):
      return NumberTicks(from: range.lowerBound, to: range.upperBound, steps: count).ticks
        .filter { range.contains($0.value) }.map { ($0.value, $0.label) }
    }
  }

  private func column(of value: Double) -> Int {
    let point = Int(across.position(value).rounded())
    return min(canvas.columns - 1, max(0, point / (look.hasDots ? 2 : 1)))
  }

  /// A layer of marks or of days that are missing, a sign for each column that has some, and behind
  /// the signs of a mark its name where there is room for it.
  private func marks(_ layer: Chart.Layer) -> String {
    let marks: [Chart.Mark]
    switch layer.shape {
    case .marks(let own): marks = own
    case .spans(let spans): marks = spans.map { Chart.Mark($0) }
    default: return ""
    }
    // A day reaches half a day to either side, and ends where the next one begins, which it does
    // not hold.
    let columns = marks.map { mark in
      let (low, high) = (mark.range.lowerBound + 0.25, mark.range.upperBound - 0.75)
      return column(of: low)...column(of: max(low, high))
    }
    var (text, used) = ("", 0)
    func add(_ piece: String, at column: Int, _ ink: Ink?) {
      text += String(repeating: " ", count: column - used) + look.coloured(piece, ink)
      used = column + look.width(piece)
    }
    let sign = Self.mark(layer.ink, look.hasDots)
    for (index, own) in columns.enumerated() where own.upperBound >= used {
      let first = max(own.lowerBound, used)
      add(String(repeating: sign, count: own.upperBound - first + 1), at: first, layer.ink)
      let name = marks[index].name
      let end = index + 1 < columns.count ? columns[index + 1].lowerBound : canvas.columns + 1
      if !name.isEmpty, used + look.width(name) + 1 < end { add(" " + name, at: used, nil) }
    }
    return text
  }
}

// MARK: - Drawing

extension TerminalPanel {
  private mutating func draw(_ layer: Chart.Layer) {
    switch layer.shape {
    case .line(let points): draw(points, layer.ink, isDashed: false)
    case .dashes(let points): draw(points, layer.ink, isDashed: look.hasDots)
    case .steps(let points): draw(Self.stairs(points), layer.ink, isDashed: false)
    case .band(let reaches, let isStrong): draw(reaches, isStrong, layer.ink)
    case .bars(let points, let width): draw(bars: points, width, layer.ink)
    case .level(let level):
      let row = row(of: level)
      let sign: Character = look.hasDots ? "╌" : "-"
      for column in 0..<canvas.columns { canvas.shade(sign, column: column, row: row, layer.ink) }
    case .upright(let x):
      let sign: Character = look.hasDots ? "┊" : ":"
      for row in 0..<canvas.rows {
        canvas.shade(sign, column: column(of: x), row: row, layer.ink)
      }
    case .pins(let points):
      let sign: Character = look.hasDots ? "◆" : "A"
      for point in points where point.y.isFinite {
        canvas.sign(sign, column: column(of: point.x), row: row(of: point.y), layer.ink)
      }
    case .marks, .spans: break
    }
  }

  private func place(_ point: Chart.Point) -> (x: Int, y: Int) {
    (Int(across.position(point.x).rounded()), Int(up.position(point.y).rounded()))
  }

  private mutating func draw(_ points: [Chart.Point], _ ink: Ink, isDashed: Bool) {
    var last: (x: Int, y: Int)?
    var phase = isDashed ? 0 : Int?.none
    for point in points {
      guard point.y.isFinite else {
        last = nil
        continue
      }
      let place = place(point)
      if let last {
        canvas.line(last.x, last.y, place.x, place.y, ink, phase: &phase)
      } else {
        canvas.point(place.x, place.y, ink)
      }
      last = place
    }
  }

  private static func stairs(_ points: [Chart.Point]) -> [Chart.Point] {
    var stairs: [Chart.Point] = []
    for point in points where point.y.isFinite {
      if let last = stairs.last { stairs.append(Chart.Point(point.x, last.y)) }
      stairs.append(point)
    }
    return stairs
  }

  /// Shades every cell that the band goes through.
  private mutating func draw(_ reaches: [Chart.Reach], _ isStrong: Bool, _ ink: Ink) {
    let sign = Self.shade(isStrong, look.hasDots)
    let known = reaches.filter { $0.low.isFinite && $0.high.isFinite }
    for (reach, next) in zip(known, known.dropFirst() + known.suffix(1)) {
      for column in column(of: reach.x)...max(column(of: reach.x), column(of: next.x)) {
        for row in row(of: reach.high)...max(row(of: reach.high), row(of: reach.low)) {
          canvas.shade(sign, column: column, row: row, ink)
        }
      }
    }
  }

  private mutating func draw(bars: [Chart.Point], _ width: Double, _ ink: Ink) {
    let base = Int(up.position(0).rounded())
    for bar in bars where bar.y.isFinite && bar.y != 0 {
      let left = Int((across.position(bar.x) + 0.5).rounded())
      let right = Int((across.position(bar.x + width) - 0.5).rounded())
      let top = Int(up.position(bar.y).rounded())
      for x in left...max(left, right) { canvas.line(x, top, x, base, ink) }
    }
  }
}
