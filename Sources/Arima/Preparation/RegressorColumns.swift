/// The regressors that a model can use: named columns on a common scale, none of which follows
/// from the others and a constant.
struct RegressorColumns: Equatable, Sendable {
  /// A column that is used, as `(value / unit - centre) / spread`.
  struct Kept: Equatable, Sendable {
    let name: String
    /// The largest size of a value: dividing by it first keeps sums and squares finite.
    let unit: Double
    /// The mean over the observed points, in units.
    let centre: Double
    /// The standard deviation over the observed points, in units.
    let spread: Double

    func transform(_ value: Double) -> Double { (value / unit - centre) / spread }

    /// What a coefficient of the transformed column means for a step of 1 of the given one.
    func perGivenUnit(_ coefficient: Double) -> Double { coefficient / spread / unit }
  }

  /// A column that is not used.
  struct Dropped: Equatable, Sendable, CustomStringConvertible {
    enum Reason: Equatable, Sendable {
      /// It has one value.
      case constant
      /// It has one value on all days whose demand is known.
      case constantWhereObserved
      /// It follows from earlier ones and a constant.
      case dependent(on: [String])
    }

    let name: String
    let reason: Reason

    var description: String {
      switch reason {
      case .constant: "\(name): is constant"
      case .constantWhereObserved: "\(name): is constant where the demand is known"
      case .dependent(let others): "\(name): follows from \(others.joined(separator: ", "))"
      }
    }
  }

  /// A column whose standard deviation is below this share of its largest value is constant.
  static let constantTolerance = 1e-10
  /// A column of which less than this share is left beside the earlier ones depends on them.
  static let dependenceTolerance = 1e-7

  /// The columns that are used, in the order in which they were given.
  private(set) var kept: [Kept] = []
  /// The columns that are not, and why.
  private(set) var dropped: [Dropped] = []
  /// The used columns' transformed values, one array a column.
  private(set) var columns: [[Double]] = []

  /// Chooses and transforms columns for a demand with NaN where it is missing. Means, deviations
  /// and dependence are those of the days whose demand is known, which alone teach coefficients.
  init(_ named: [Regressor], demand: [Double]) throws(ArimaError) {
    try Self.check(named, count: demand.count)
    let observed = demand.indices.filter { !demand[$0].isNaN }
    var basis = IndependentBasis()
    for column in named {
      guard let form = Self.form(column, observed: observed) else {
        let isConstant = column.values.allSatisfy { $0 == column.values.first }
        dropped.append(
          Dropped(name: column.name, reason: isConstant ? .constant : .constantWhereObserved))
        continue
      }
      let values = column.values.map { form.transform($0) }
      // The values' own rounding, magnified by the centring, must not pass for independence.
      let rounding = 8 * Double.ulpOfOne / form.spread
      let parents = basis.add(
        observed.map { values[$0] }, tolerance: max(Self.dependenceTolerance, rounding))
      if let parents {
        dropped.append(
          Dropped(name: column.name, reason: .dependent(on: parents.map { kept[$0].name })))
      } else {
        kept.append(form)
        columns.append(values)
      }
    }
  }

  private static func check(_ named: [Regressor], count: Int) throws(ArimaError) {
    var names: Set<String> = []
    for column in named {
      if !names.insert(column.name).inserted { throw .regressorTwice(column: column.name) }
      guard column.values.count == count else {
        throw .regressorLength(column: column.name, has: column.values.count, needs: count)
      }
      if let point = column.values.firstIndex(where: { !$0.isFinite }) {
        throw .regressorNotFinite(column: column.name, point: point)
      }
    }
  }

  /// The column's transformation; nil where it is constant on the observed points.
  private static func form(_ column: Regressor, observed: [Int]) -> Kept? {
    let unit = observed.reduce(0) { max($0, abs(column.values[$1])) }
    guard unit > 0 else { return nil }
    let share = 1 / Double(observed.count)
    let centre = observed.reduce(0) { $0 + column.values[$1] / unit } * share
    let squares = observed.reduce(0.0) {
      let distance = column.values[$1] / unit - centre
      return $0 + distance * distance
    }
    let spread = (squares * share).squareRoot()
    guard spread > constantTolerance else { return nil }
    return Kept(name: column.name, unit: unit, centre: centre, spread: spread)
  }
}
