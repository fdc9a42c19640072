/// Charts one above the other, as SVG: text stays text, and the picture is dark where its reader
/// wants that.
public struct SVGPicture: Sendable {
  private let charts: [Chart]
  private let width: Double
  private let height: Double

  /// The share of the height that the first of several charts gets.
  private static let mainShare = 0.6
  private static let margin = 12.0, gap = 10.0

  /// A picture of this size, in pixels of a screen that has one for each.
  public init(_ charts: [Chart], width: Int = 800, height: Int = 400) {
    self.charts = charts
    self.width = Double(max(200, width))
    self.height = Double(max(120, height))
  }

  /// The picture as a file.
  public var file: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(style: SVGStyle.text) + "\n"
  }

  /// The picture as a part of a page that has `SVGStyle.text` once; it takes the page's width.
  public var inline: String { element(style: nil) }

  private func element(style: String?) -> String {
    let (w, h) = (Markup.number(width), Markup.number(height))
    let title = Markup.escaped(charts.map(\.title).joined(separator: "; "))
    let size = style == nil ? "" : " width=\"\(w)\" height=\"\(h)\""
    var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"\(SVGStyle.name)\"\(size)"
    text += " viewBox=\"0 0 \(w) \(h)\" role=\"img\" aria-label=\"\(title)\">\n"
    text += "<title>\(title)</title>\n"
    let notes = charts.map(\.note).filter { !$0.isEmpty }
    if !notes.isEmpty {
      text += "<desc>\(Markup.escaped(notes.joined(separator: "; ")))</desc>\n"
    }
    if let style { text += "<style>\n\(style)</style>\n" }
    text += "<rect class=\"ground\" width=\"\(w)\" height=\"\(h)\"/>\n"
    for (chart, frame) in zip(charts, frames) {
      text += SVGPanel(chart, frame).text
    }
    return text + "</svg>"
  }

  private var frames: [SVGFrame] {
    let inner = height - 2 * Self.margin - Self.gap * Double(max(0, charts.count - 1))
    let others = Double(max(1, charts.count - 1))
    var top = Self.margin
    return charts.indices.map { index in
      let share =
        charts.count == 1
        ? 1 : index == 0 ? Self.mainShare : (1 - Self.mainShare) / others
      let frame = SVGFrame(
        left: Self.margin, top: top, right: width - Self.margin, bottom: top + inner * share)
      top = frame.bottom + Self.gap
      return frame
    }
  }
}

/// Where a chart lies in a picture.
struct SVGFrame: Equatable {
  var left: Double, top: Double, right: Double, bottom: Double
}
