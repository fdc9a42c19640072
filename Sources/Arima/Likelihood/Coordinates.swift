/// Where a search stands. A coordinate u stands for the partial autocorrelation u / sqrt(1 + u^2) of
/// one of the four polynomials of an order, in the order ar, seasonalAR, ma, seasonalMA. So every
/// point is a stationary, invertible process, and unit roots lie infinitely far away.
struct Coordinates {
  /// How far a search goes: a partial autocorrelation of 0.999987.
  static let bound = 200.0

  /// The partial autocorrelation at a coordinate.
  static func partial(_ coordinate: Double) -> Double {
    coordinate / (1 + coordinate * coordinate).squareRoot()
  }

  /// What a partial autocorrelation changes by with its coordinate.
  static func slope(_ coordinate: Double) -> Double {
    let square = 1 / (1 + coordinate * coordinate)
    return square * square.squareRoot()
  }

  /// `target`, brought within the bounds and within reach of `coordinate`: further than its own size
  /// the curvature there says nothing.
  static func within(_ target: Double, from coordinate: Double) -> Double {
    let reach = max(1, abs(coordinate))
    let near = min(coordinate + reach, max(coordinate - reach, target))
    return min(bound, max(-bound, near))
  }

  let order: ArimaOrder
  /// The first coordinate and the number of each polynomial, and its sign.
  let groups: [(first: Int, count: Int, sign: Double)]

  init(_ order: ArimaOrder) {
    self.order = order
    var first = 0
    var groups: [(first: Int, count: Int, sign: Double)] = []
    let counts = [(order.p, 1.0), (order.seasonalP, 1), (order.q, -1), (order.seasonalQ, -1)]
    for (count, sign) in counts {
      groups.append((first, count, sign))
      first += count
    }
    self.groups = groups
  }

  var count: Int { order.coefficientCount }

  /// The coefficients at a point, into `result`, which has room for them.
  func coefficients(_ point: borrowing [Double], into result: inout [Double]) {
    for group in groups {
      for size in 0..<group.count {
        let partial = Self.partial(point[group.first + size])
        // In place: weights i and size - 1 - i of the shorter polynomial change together.
        var low = 0
        var high = size - 1
        while low <= high {
          let (left, right) = (result[group.first + low], result[group.first + high])
          result[group.first + low] = left - partial * right
          result[group.first + high] = right - partial * left
          low += 1
          high -= 1
        }
        result[group.first + size] = partial
      }
      if group.sign < 0 {
        for index in group.first..<(group.first + group.count) { result[index].negate() }
      }
    }
  }

  /// The point of coefficients; those that are not stationary or not invertible lead to 0.
  func point(_ coefficients: [Double]) -> [Double] {
    var result: [Double] = []
    for group in groups {
      let part = coefficients[group.first..<(group.first + group.count)].map { $0 * group.sign }
      let partials = PartialCorrelations.partials(part) ?? part.map { _ in 0 }
      result += partials.map { partial in
        let coordinate = partial / (1 - partial * partial).squareRoot()
        return min(Self.bound, max(-Self.bound, coordinate))
      }
    }
    return result
  }

  /// The coefficients by their names.
  func named(_ coefficients: [Double]) -> ArmaCoefficients {
    let parts = groups.map { Array(coefficients[$0.first..<($0.first + $0.count)]) }
    return ArmaCoefficients(
      ar: parts[0], ma: parts[2], seasonalAR: parts[1], seasonalMA: parts[3],
      season: order.season)
  }
}
