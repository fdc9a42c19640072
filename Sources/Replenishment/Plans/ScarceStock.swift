import Allocation
import Demand
import Glibc

/// What one location asks of supply that does not do for all.
public struct ScarceClaim: Sendable {
  /// The demand that the units may meet.
  public enum Demand: Sendable {
    /// Poisson with this mean.
    case poisson(mean: Double)
    /// That of a forecast's first days.
    case forecast(LeadTimeDemand, days: Int)
  }

  /// The demand that the units may meet.
  public var demand: Demand
  /// What is there already.
  public var have = 0.0
  /// The most that it takes.
  public var wanted: Double
  /// The least that it takes, if any.
  public var minimum = 0.0
  /// It takes multiples of this.
  public var step = 1.0
  /// What a unit that sells is worth.
  public var worth = 1.0

  /// Makes a claim.
  public init(demand: Demand, wanted: Double) {
    self.demand = demand
    self.wanted = wanted
  }
}

/// Shares of supply that does not do for all that need it.
public enum ScarceStock {
  /// More steps than this are given out in bundles at first.
  private static let mostSteps = 4_096.0

  /// Gives each unit to where it is worth most: the probability that it sells, times what it is
  /// worth then. That probability falls with every unit, so that the greedy choice has the most
  /// expected sales (Gross 1956; Fox 1966, "Discrete optimization via marginal analysis"): exactly
  /// where all take single units, and but for the last packs elsewhere. Of two that are as good the
  /// earlier one gets it.
  public static func byBenefit(available: Double, among claims: [ScarceClaim]) -> [Double] {
    let sale = claims.map(SaleProbability.init)
    var given = [Double](repeating: 0, count: claims.count)
    var left = Bounds.amount(available)
    let smallest = claims.map { max($0.step, Bounds.step) }.min() ?? 1
    var bundle = max(1, (left / smallest / mostSteps).rounded(.up))
    while true {
      while let next = best(claims, sale, given, left: left, bundle: bundle) {
        given[next.index] += next.units
        left -= next.units
      }
      if bundle == 1 { return given }
      bundle = (bundle / 2).rounded(.down)
    }
  }

  private static func best(
    _ claims: [ScarceClaim], _ sale: [SaleProbability], _ given: [Double], left: Double,
    bundle: Double
  ) -> (index: Int, units: Double)? {
    var found: (index: Int, units: Double)?
    var most = 0.0
    for (index, claim) in claims.enumerated() {
      let step = max(claim.step, Bounds.step)
      var units = step * bundle
      if given[index] == 0, claim.minimum > units {
        units = Bounds.roundedUp(claim.minimum / step) * step
      }
      guard units <= left + Bounds.slack(left),
        given[index] + units <= claim.wanted + Bounds.slack(claim.wanted)
      else { continue }
      // The middle of what is added stands for all of it; of one unit that is the unit itself.
      let middle = claim.have + given[index] + (units - min(step, 1)) / 2
      let worth = claim.worth * sale[index].ofUnit(after: middle)
      if worth > most { (found, most) = ((index, units), worth) }
    }
    return found
  }

  /// Covers all for as many days as there is supply for: what has more already gets nothing.
  public static func byDays(
    available: Double, onHand: [Double], perDay: [Double]
  ) -> [Double] {
    let left = Bounds.amount(available)
    let order = onHand.indices
      .filter { $0 < perDay.count && perDay[$0] > 0 }
      .sorted { (onHand[$0] / perDay[$0], $0) < (onHand[$1] / perDay[$1], $1) }
    var (stock, rate, days) = (left, 0.0, 0.0)
    for index in order {
      // Those that come now are covered for longer than all before them would be.
      if rate > 0, stock / rate <= onHand[index] / perDay[index] { break }
      stock += onHand[index]
      rate += perDay[index]
      days = stock / rate
    }
    return onHand.indices.map { index in
      guard index < perDay.count, perDay[index] > 0 else { return 0 }
      return max(0, days * perDay[index] - onHand[index])
    }
  }
}

/// How likely units sell, one after another.
private struct SaleProbability {
  private enum Form {
    case poisson(Double)
    case curve(ServiceCurve)
  }

  private let form: Form

  init(_ claim: ScarceClaim) {
    switch claim.demand {
    case .poisson(let mean): form = .poisson(Bounds.amount(mean))
    case .forecast(let demand, let days): form = .curve(demand.curve(days: days))
    }
  }

  /// The probability that more than `stock` is demanded.
  func ofUnit(after stock: Double) -> Double {
    switch form {
    case .poisson(let mean): Self.poisson(mean, moreThan: stock.rounded(.down))
    case .curve(let curve): 1 - curve.probability(atMost: stock)
    }
  }

  private static func poisson(_ mean: Double, moreThan count: Double) -> Double {
    guard count >= 0 else { return 1 }
    // The first term of the sum is no normal number any more, and the normal law is close enough.
    if mean > 500 {
      return 0.5 * erfc((count + 0.5 - mean) / (2 * mean).squareRoot())
    }
    var term = exp(-mean)
    var sum = term
    var index = 1.0
    while index <= count, term > 0 || index < mean {
      term *= mean / index
      sum += term
      index += 1
    }
    return max(0, 1 - sum)
  }
}
