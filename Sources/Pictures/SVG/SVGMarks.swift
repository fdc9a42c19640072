/// Draws a layer of marks beneath the plot: a bar from the first to the last of the days of each,
/// and below it the names that there is room for.
struct SVGMarks {
  let plot: SVGFrame
  let across: Scale
  /// Where the row begins.
  let top: Double

  static let thickness = 4.0
  private static let rowHeight = 8.0, nameHeight = 13.0
  /// A bar of a day in a long history is still seen.
  private static let leastWidth = 2.5
  private static let between = 6.0

  /// What a row of marks takes.
  static func height(_ layer: Chart.Layer) -> Double {
    rowHeight + (layer.marks?.contains { !$0.name.isEmpty } == true ? nameHeight : 0)
  }

  func text(_ layer: Chart.Layer) -> String {
    let marks = layer.marks ?? []
    let bars = marks.map { mark in
      let bar = bar(mark)
      return SVGLayers.rectangle(
        bar.left, top + 3, bar.right, top + 3 + Self.thickness)
    }
    var text = SVGLayers.path(bars.joined(), "\(layer.ink.rawValue) area")
    var used = -Double.infinity
    for mark in marks where !mark.name.isEmpty {
      let (bar, width) = (bar(mark), Markup.width(mark.name, size: SVGStyle.textSize))
      let middle = min(
        max((bar.left + bar.right) / 2, plot.left + width / 2), plot.right - width / 2)
      // A name that would run into the one before it is left out: its bar is there.
      guard middle - width / 2 >= max(used + Self.between, plot.left) else { continue }
      text += SVGPanel.words(
        mark.name, "quiet middle", middle, top + Self.rowHeight + Self.nameHeight - 3)
      used = middle + width / 2
    }
    return text
  }

  private func bar(_ mark: Chart.Mark) -> (left: Double, right: Double) {
    let (left, right) = (
      across.position(mark.range.lowerBound), across.position(mark.range.upperBound)
    )
    let more = max(0, Self.leastWidth - (right - left)) / 2
    return (max(plot.left, left - more), min(plot.right, right + more))
  }
}
