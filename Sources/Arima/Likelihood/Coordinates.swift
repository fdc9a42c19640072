/// Where a search stands. A coordinate u stands for the partial autocorrelation u / sqrt(1 + u^2)
/// of one of the four polynomials of an order, in the order ar, seasonalAR, ma, seasonalMA; the
/// polynomials are then shrunk to the bounds of their roots. So every point is a stationary,
/// invertible process within the bounds, and the bounds lie infinitely far away.
struct Coordinates {
  /// One of the four polynomials.
  struct Group {
    /// Its coordinates among all.
    let range: Range<Int>
    /// 1 where coefficients are weights of earlier values, -1 where they are of earlier errors.
    let sign: Double
    /// What the roots lie beyond.
    let radius: Double
  }

  /// How far a search goes: to a partial autocorrelation of 1 - 5e-9 where the polynomials are not
  /// shrunk, of 0.9994 where they are, which is as near to their bounds as makes a difference.
  let farthest: Double

  let order: ArimaOrder
  let groups: [Group]

  init(_ order: ArimaOrder, bounds: RootBounds) {
    self.order = order
    farthest = bounds == .open ? 10_000 : 30
    var first = 0
    var groups: [Group] = []
    let counts = [order.p, order.seasonalP, order.q, order.seasonalQ]
    for (index, count) in counts.enumerated() {
      groups.append(
        Group(
          range: first..<(first + count), sign: index < 2 ? 1 : -1, radius: bounds.radii[index]))
      first += count
    }
    self.groups = groups
  }

  var count: Int { order.coefficientCount }

  /// The partial autocorrelation at a coordinate.
  static func partial(_ coordinate: Double) -> Double {
    coordinate / (1 + coordinate * coordinate).squareRoot()
  }

  /// What a partial autocorrelation changes by with its coordinate.
  static func slope(_ coordinate: Double) -> Double {
    let square = 1 / (1 + coordinate * coordinate)
    return square * square.squareRoot()
  }

  /// `target`, brought within the bounds and within reach of `coordinate`. Far out a coordinate
  /// matters by its logarithm, and the curvature there says nothing of what is nearer than half.
  static func within(_ target: Double, from coordinate: Double, farthest: Double) -> Double {
    let size = abs(coordinate)
    let inward = max(1, 0.5 * size)
    let outward = max(1, 2 * size)
    let (below, above) = coordinate >= 0 ? (inward, outward) : (outward, inward)
    let near = min(coordinate + above, max(coordinate - below, target))
    return min(farthest, max(-farthest, near))
  }

  /// The coefficients at a point, into `result`, which has room for them.
  func coefficients(_ point: borrowing [Double], into result: inout [Double]) {
    for group in groups {
      let first = group.range.lowerBound
      for size in 0..<group.range.count {
        let partial = Self.partial(point[first + size])
        // In place: weights i and size - 1 - i of the shorter polynomial change together.
        var low = 0
        var high = size - 1
        while low <= high {
          let (left, right) = (result[first + low], result[first + high])
          result[first + low] = left - partial * right
          result[first + high] = right - partial * left
          low += 1
          high -= 1
        }
        result[first + size] = partial
      }
      var scale = group.sign
      for index in group.range {
        scale /= group.radius
        result[index] *= scale
      }
    }
  }

  /// How the coefficients change with the coordinates, by row: coefficients are linear in each
  /// partial autocorrelation by itself, so that a difference is the derivative.
  func slopes(at point: [Double]) -> [Double] {
    let unit = Self.partial(1)
    var slopes = [Double](repeating: 0, count: count * count)
    var moved = point
    var below = point
    var above = point
    for index in 0..<count {
      moved[index] = 0
      coefficients(moved, into: &below)
      moved[index] = 1
      coefficients(moved, into: &above)
      moved[index] = point[index]
      let slope = Self.slope(point[index]) / unit
      for row in 0..<count { slopes[row * count + index] = (above[row] - below[row]) * slope }
    }
    return slopes
  }

  /// The point of coefficients; a polynomial outside the bounds leads to 0.
  func point(_ coefficients: [Double]) -> [Double] {
    groups.flatMap { group in
      var scale = group.sign
      let part = coefficients[group.range].map { coefficient in
        scale *= group.radius
        return coefficient * scale
      }
      let partials = PartialCorrelations.partials(part) ?? part.map { _ in 0 }
      return partials.map { partial in
        let coordinate = partial / (1 - partial * partial).squareRoot()
        return min(farthest, max(-farthest, coordinate))
      }
    }
  }

  /// A point of `other` carried over: the polynomials keep what both have, the rest is `fresh`.
  func point(from other: Coordinates, _ known: [Double], fresh: Double) -> [Double] {
    var point = [Double](repeating: fresh, count: count)
    for (group, source) in zip(groups, other.groups) {
      for index in 0..<min(group.range.count, source.range.count) {
        point[group.range.lowerBound + index] = known[source.range.lowerBound + index]
      }
    }
    return point
  }

  /// The coefficients by their names.
  func named(_ coefficients: [Double]) -> ArmaCoefficients {
    let parts = groups.map { Array(coefficients[$0.range]) }
    return ArmaCoefficients(
      ar: parts[0], ma: parts[2], seasonalAR: parts[1], seasonalMA: parts[3],
      season: order.season)
  }
}
