import Demand

/// One chart of a picture: its words, its axes, its layers.
struct SVGPanel {
  private let chart: Chart
  private let frame: SVGFrame
  private let rows: [[LegendEntry]]
  private let vertical: NumberTicks
  /// Where the layers are drawn.
  let plot: SVGFrame
  let across: Scale, up: Scale

  private struct LegendEntry {
    var layer: Chart.Layer
    var left: Double
  }

  private static let lineHeight = 17.0, labelHeight = 20.0
  private static let swatch = 18.0, between = 14.0
  /// The least distance of two labels, to the right and up.
  private static let labelWidth = 74.0, labelGap = 26.0

  init(_ chart: Chart, _ frame: SVGFrame) {
    self.chart = chart
    self.frame = frame
    var top = frame.top + (chart.title.isEmpty ? 0 : Self.lineHeight + 1)
    if !chart.note.isEmpty { top += Self.lineHeight }
    let marks = chart.layers.filter { $0.marks != nil }
    let bottom =
      frame.bottom - Self.labelHeight
      - marks.reduce(0) { $0 + SVGMarks.height($1) }
    rows = Self.legend(chart, frame)
    top += Self.lineHeight * Double(max(1, rows.count)) + 7
    let steps = Int(max(1, ((bottom - top) / Self.labelGap).rounded(.down)))
    vertical = NumberTicks(from: chart.bottom, to: chart.top, steps: steps)
    let widest = vertical.ticks.map { Markup.width($0.label, size: SVGStyle.textSize) }.max() ?? 0
    plot = SVGFrame(
      left: frame.left + widest + 8, top: top, right: frame.right, bottom: max(bottom, top + 10))
    across = Scale(chart.across.range, from: plot.left, to: plot.right)
    up = Scale(vertical.range, from: plot.bottom, to: plot.top)
  }

  /// The names of the layers, in as many rows as they need, after the unit.
  private static func legend(_ chart: Chart, _ frame: SVGFrame) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = [[]]
    let start = frame.left + Markup.width(chart.unit, size: SVGStyle.textSize) + between
    var left = start
    for layer in chart.layers where !layer.name.isEmpty {
      let width = swatch + 5 + Markup.width(layer.name, size: SVGStyle.textSize)
      if left + width > frame.right, rows.last?.isEmpty == false {
        rows.append([])
        left = start
      }
      rows[rows.count - 1].append(LegendEntry(layer: layer, left: left))
      left += width + between
    }
    return rows
  }

  /// The chart's part of the picture.
  var text: String {
    var text = words
    let drawn = SVGLayers(plot: plot, across: across, up: up)
    for layer in chart.layers {
      if case .spans = layer.shape { text += drawn.text(layer) }
    }
    text += axes
    for layer in chart.layers {
      if case .spans = layer.shape { continue }
      text += drawn.text(layer)
    }
    var top = plot.bottom
    for layer in chart.layers where layer.marks != nil {
      text += SVGMarks(plot: plot, across: across, top: top).text(layer)
      top += SVGMarks.height(layer)
    }
    return text
  }

  private var words: String {
    var text = ""
    var baseline = frame.top + 13
    if !chart.title.isEmpty {
      text += Self.words(chart.title, "title", frame.left, baseline)
      baseline += Self.lineHeight + 1
    }
    if !chart.note.isEmpty {
      text += Self.words(chart.note, "quiet", frame.left, baseline)
      baseline += Self.lineHeight
    }
    text += Self.words(chart.unit, "quiet", frame.left, baseline)
    for row in rows {
      for entry in row {
        let box = SVGFrame(
          left: entry.left, top: baseline - 9, right: entry.left + Self.swatch, bottom: baseline + 1
        )
        text += SVGLayers.swatch(entry.layer, box)
        text += Self.words(entry.layer.name, "", box.right + 5, baseline)
      }
      baseline += Self.lineHeight
    }
    return text
  }

  private var axes: String {
    var text = ""
    for tick in vertical.ticks {
      let y = up.position(tick.value)
      text += Self.rule("grid", plot.left, y, plot.right, y)
      text += Self.words(tick.label, "quiet end", plot.left - 6, y + 4)
    }
    let count = Int((plot.right - plot.left) / Self.labelWidth)
    let base = frame.bottom - 4
    switch chart.across {
    case .days(let days):
      for tick in DayTicks(days, count: count).ticks {
        text += label(tick.label, at: Double(tick.day.number), base)
      }
    case .numbers(let range, let unit):
      let ticks = NumberTicks(from: range.lowerBound, to: range.upperBound, steps: count).ticks
      for tick in ticks where range.contains(tick.value) {
        text += label(tick.label, at: tick.value, base)
      }
      text += Self.words(unit, "quiet end", plot.right, plot.top - 6)
    }
    return text + Self.rule("axis", plot.left, plot.bottom, plot.right, plot.bottom)
  }

  /// A label beneath the axis, moved in where it would be cut at an end.
  private func label(_ label: String, at value: Double, _ base: Double) -> String {
    let x = across.position(value)
    let half = Markup.width(label, size: SVGStyle.textSize) / 2
    let middle = min(max(x, plot.left - 8 + half), frame.right - half)
    return Self.rule("axis", x, plot.bottom, x, plot.bottom + 4)
      + Self.words(label, "quiet middle", middle, base)
  }

  static func words(
    _ words: String, _ kind: String, _ x: Double, _ y: Double
  ) -> String {
    guard !words.isEmpty else { return "" }
    let named = kind.isEmpty ? "" : " class=\"\(kind)\""
    return "<text\(named) x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\">"
      + "\(Markup.escaped(words))</text>\n"
  }

  private static func rule(
    _ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double
  ) -> String {
    "<path class=\"\(kind)\" d=\"M\(Markup.number(x1)) \(Markup.number(y1))"
      + "L\(Markup.number(x2)) \(Markup.number(y2))\"/>\n"
  }
}
