public import Demand

/// A picture of numbers over days or over other numbers, as a value: what it shows and what its
/// parts mean. A painter decides what it looks like.
public struct Chart: Equatable, Sendable {
  /// What it shows, in a few words.
  public var title: String
  /// What is to be known beside it; may be empty.
  public var note: String
  /// What lies to the right.
  public var across: Axis
  /// The unit of what goes up, as `units a day`.
  public var unit: String
  /// What is drawn, the first one at the back.
  public var layers: [Layer]

  /// What lies to the right.
  public enum Axis: Equatable, Sendable {
    /// Days: a point's `x` is the day's number.
    case days(ClosedRange<Day>)
    /// Numbers with a unit.
    case numbers(ClosedRange<Double>, unit: String)
  }

  /// Makes a picture.
  public init(
    title: String, note: String = "", across: Axis, unit: String, layers: [Layer] = []
  ) {
    self.title = title
    self.note = note
    self.across = across
    self.unit = unit
    self.layers = layers
  }

  /// A shape and what it means.
  public struct Layer: Equatable, Sendable {
    /// The words of the legend; without any it is not in there.
    public var name: String
    /// What it means.
    public var ink: Ink
    /// What is drawn.
    public var shape: Shape

    /// Makes a layer.
    public init(_ name: String, _ ink: Ink, _ shape: Shape) {
      self.name = name
      self.ink = ink
      self.shape = shape
    }
  }

  /// A place.
  public struct Point: Equatable, Sendable {
    /// To the right.
    public var x: Double
    /// Up; NaN where nothing is known, which parts a line.
    public var y: Double

    /// Makes a point.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// From where to where something reaches at a place.
  public struct Reach: Equatable, Sendable {
    /// Where.
    public var x: Double
    /// From, and to.
    public var low: Double, high: Double

    /// Makes a reach.
    public init(_ x: Double, _ low: Double, _ high: Double) {
      self.x = x
      self.low = low
      self.high = high
    }
  }

  /// A stretch of an axis about which something is known, and what it is called; may be empty.
  public struct Mark: Equatable, Sendable {
    /// From where to where.
    public var range: ClosedRange<Double>
    /// Its name, shown where there is room.
    public var name: String

    /// Makes a mark.
    public init(_ range: ClosedRange<Double>, _ name: String = "") {
      self.range = range
      self.name = name
    }
  }

  /// What can be drawn.
  public enum Shape: Equatable, Sendable {
    /// A line through points.
    case line([Point])
    /// A line of dashes through points.
    case dashes([Point])
    /// A level that holds from each point to the next, with the area below it.
    case steps([Point])
    /// From a lower to an upper line; the inner of two bands is the strong one.
    case band([Reach], isStrong: Bool)
    /// Bars from 0 to `high`, each from its `x` to `x` + `width`.
    case bars([Point], width: Double)
    /// A level over the whole width.
    case level(Double)
    /// A line from bottom to top, as the day on which something was known.
    case upright(Double)
    /// Marks beneath, in a row of their own, ascending.
    case marks([Mark])
    /// From where to where something lasted, over the whole height.
    case spans([ClosedRange<Double>])
    /// A pin at a point.
    case pins([Point])
  }
}

extension Chart.Axis {
  /// What is shown; days are shown whole.
  var range: ClosedRange<Double> {
    switch self {
    case .days(let days):
      Double(days.lowerBound.number) - 0.5...Double(days.upperBound.number) + 0.5
    case .numbers(let range, _): range
    }
  }
}

extension Chart.Layer {
  /// The marks that it is, if it is some.
  var marks: [Chart.Mark]? {
    if case .marks(let marks) = shape { marks } else { nil }
  }
}

extension Chart {
  /// The largest value that is to be shown, 0 at least; what is not a number is not shown.
  var top: Double {
    layers.reduce(0) { top, layer in
      layer.shape.heights.reduce(top) { $1.isFinite ? max($0, $1) : $0 }
    }
  }

  /// The least value that is to be shown, 0 at most.
  var bottom: Double {
    layers.reduce(0) { bottom, layer in
      layer.shape.heights.reduce(bottom) { $1.isFinite ? min($0, $1) : $0 }
    }
  }
}

extension Chart.Shape {
  /// All heights that it has.
  fileprivate var heights: [Double] {
    switch self {
    case .line(let points), .dashes(let points), .steps(let points), .bars(let points, _),
      .pins(let points):
      points.map(\.y)
    case .band(let reaches, _): reaches.flatMap { [$0.low, $0.high] }
    case .level(let level): [level]
    case .upright, .marks, .spans: []
    }
  }
}
