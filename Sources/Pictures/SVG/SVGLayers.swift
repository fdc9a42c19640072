/// Draws the layers of a chart, and their swatches in its legend.
struct SVGLayers {
  let plot: SVGFrame
  let across: Scale, up: Scale

  /// Days that are wider than this have a dot each.
  private static let dotDistance = 7.0
  private static let pinSize = 4.5

  func text(_ layer: Chart.Layer) -> String {
    let ink = layer.ink.rawValue
    switch layer.shape {
    case .line(let points):
      let isDense = density(points) < 4
      return path(line(points), "\(ink) line\(isDense ? " thin" : "")") + dots(points, ink)
    case .dashes(let points): return path(line(points), "\(ink) line dashes")
    case .steps(let points):
      return path(stairs(points, closed: true), "\(ink) area under")
        + path(stairs(points, closed: false), "\(ink) line")
    case .band(let reaches, let isStrong):
      return path(band(reaches), "\(ink) area \(isStrong ? "strong" : "wide")")
    case .bars(let points, let width):
      return path(points.map { bar($0, width) }.joined(), "\(ink) area bar")
    case .level(let level):
      let y = up.position(level)
      return path(Self.segment(plot.left, y, plot.right, y), "\(ink) line dashes")
    case .upright(let x):
      let place = across.position(x)
      return path(Self.segment(place, plot.top, place, plot.bottom), "\(ink) line thin dashes")
    case .marks: return ""
    case .spans(let spans): return path(spans.map(box).joined(), "\(ink) area strong")
    case .pins(let points): return points.map { pin($0, ink) }.joined()
    }
  }

  /// How a layer looks in the legend.
  static func swatch(_ layer: Chart.Layer, _ box: SVGFrame) -> String {
    let ink = layer.ink.rawValue
    let middle = (box.top + box.bottom) / 2
    let centre = (box.left + box.right) / 2
    let whole = rectangle(box.left, box.top, box.right, box.bottom)
    switch layer.shape {
    case .line: return path(segment(box.left, middle, box.right, middle), "\(ink) line")
    case .dashes, .level:
      return path(segment(box.left, middle, box.right, middle), "\(ink) line dashes")
    case .upright:
      return path(segment(centre, box.top, centre, box.bottom), "\(ink) line thin dashes")
    case .band(_, let isStrong): return path(whole, "\(ink) area \(isStrong ? "strong" : "wide")")
    case .steps:
      return path(whole, "\(ink) area under")
        + path(segment(box.left, box.top, box.right, box.top), "\(ink) line")
    case .bars: return path(whole, "\(ink) area bar")
    case .marks:
      let half = SVGMarks.thickness / 2
      return path(rectangle(box.left, middle - half, box.right, middle + half), "\(ink) area")
    case .spans: return path(whole, "\(ink) area strong")
    case .pins: return path(diamond(centre, middle), "\(ink) area")
    }
  }

  // MARK: Shapes

  /// The distance of two points next to each other.
  private func density(_ points: [Chart.Point]) -> Double {
    guard let first = points.first, let last = points.last, points.count > 1 else { return 0 }
    return (across.position(last.x) - across.position(first.x)) / Double(points.count - 1)
  }

  private func line(_ points: [Chart.Point]) -> String {
    var path = ""
    var isDrawing = false
    for point in points {
      guard point.y.isFinite else {
        isDrawing = false
        continue
      }
      path += (isDrawing ? "L" : "M") + place(across.position(point.x), up.position(point.y))
      isDrawing = true
    }
    return path
  }

  /// Dots where there is room for them, and where a point stands alone between unknown ones.
  private func dots(_ points: [Chart.Point], _ ink: String) -> String {
    let hasRoom = density(points) >= Self.dotDistance
    var drawn = ""
    for (index, point) in points.enumerated() where point.y.isFinite {
      let isAlone =
        (index == 0 || !points[index - 1].y.isFinite)
        && (index + 1 == points.count || !points[index + 1].y.isFinite)
      guard hasRoom || isAlone else { continue }
      drawn += Self.disc(across.position(point.x), up.position(point.y), 1.8)
    }
    return Self.path(drawn, "\(ink) area")
  }

  private func stairs(_ points: [Chart.Point], closed: Bool) -> String {
    let known = points.filter(\.y.isFinite)
    guard let first = known.first, let last = known.last else { return "" }
    let base = up.position(0)
    var path = "M" + place(across.position(first.x), closed ? base : up.position(first.y))
    for (index, point) in known.enumerated() {
      path += "L" + place(across.position(point.x), up.position(point.y))
      guard index + 1 < known.count else { continue }
      path += "L" + place(across.position(known[index + 1].x), up.position(point.y))
    }
    return closed ? path + "L" + place(across.position(last.x), base) + "Z" : path
  }

  private func band(_ reaches: [Chart.Reach]) -> String {
    let known = reaches.filter { $0.low.isFinite && $0.high.isFinite }
    guard !known.isEmpty else { return "" }
    let upper = known.map { place(across.position($0.x), up.position($0.high)) }
    let lower = known.reversed().map { place(across.position($0.x), up.position($0.low)) }
    return "M" + (upper + lower).joined(separator: "L") + "Z"
  }

  private func bar(_ point: Chart.Point, _ width: Double) -> String {
    let (left, right) = (across.position(point.x), across.position(point.x + width))
    let gap = min(1, (right - left) / 4)
    return Self.rectangle(left + gap, up.position(point.y), right - gap, up.position(0))
  }

  private func box(_ span: ClosedRange<Double>) -> String {
    Self.rectangle(
      across.position(span.lowerBound), plot.top, across.position(span.upperBound), plot.bottom)
  }

  private func pin(_ point: Chart.Point, _ ink: String) -> String {
    let (x, y) = (across.position(point.x), up.position(point.y))
    return path(Self.segment(x, up.position(0), x, y), "\(ink) line thin")
      + path(Self.diamond(x, y), "\(ink) area")
  }

  private func place(_ x: Double, _ y: Double) -> String { Self.place(x, y) }
  private func path(_ data: String, _ kind: String) -> String { Self.path(data, kind) }

  private static func place(_ x: Double, _ y: Double) -> String {
    "\(Markup.number(x)) \(Markup.number(y))"
  }

  static func path(_ data: String, _ kind: String) -> String {
    data.isEmpty ? "" : "<path class=\"\(kind)\" d=\"\(data)\"/>\n"
  }

  private static func segment(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "M\(place(x1, y1))L\(place(x2, y2))"
  }

  static func rectangle(
    _ left: Double, _ top: Double, _ right: Double, _ bottom: Double
  ) -> String {
    "M\(place(left, top))L\(place(right, top))L\(place(right, bottom))"
      + "L\(place(left, bottom))Z"
  }

  private static func diamond(_ x: Double, _ y: Double) -> String {
    "M\(place(x, y - pinSize))L\(place(x + pinSize, y))L\(place(x, y + pinSize))"
      + "L\(place(x - pinSize, y))Z"
  }

  private static func disc(_ x: Double, _ y: Double, _ radius: Double) -> String {
    let r = Markup.number(radius)
    return "M\(place(x - radius, y))a\(r) \(r) 0 1 0 \(Markup.number(2 * radius)) 0"
      + "a\(r) \(r) 0 1 0 \(Markup.number(-2 * radius)) 0Z"
  }
}
