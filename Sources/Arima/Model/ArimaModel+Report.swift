extension ArimaModel {
  /// A coefficient of the best model.
  public struct Coefficient: Equatable, Sendable {
    /// As in `ar1`, `sma2`, `drift`, or a regressor's name.
    public let name: String
    /// In units of demand for a mean, a drift or a regressor (under a power, of its transform).
    public let value: Double
    /// Its standard error; infinite where the series does not tell.
    public let standardError: Double
  }

  /// One of the models that are averaged.
  public struct Share: Equatable, Sendable {
    /// Its order in words.
    public let title: String
    /// Its part in the average.
    public let weight: Double
    /// In units of demand (under a power, of its transform).
    public let logLikelihood: Double
    /// Akaike's criterion, corrected for short series.
    public let criterion: Double
  }

  /// The models, the best first.
  public var shares: [Share] {
    members.map {
      Share(
        title: Self.title($0, plan, terms), weight: $0.weight,
        logLikelihood: $0.logLikelihood, criterion: $0.criterion)
    }
  }

  /// The deviation of the best model's errors, in units of demand (under a power, of its
  /// transform).
  public var errorDeviation: Double {
    members[0].variance.squareRoot() * (power == nil ? scale : 1)
  }

  /// The regressors in use.
  public var regressorNames: [String] { terms.regressors.map(\.name) }

  /// The power of the transform, where there is one.
  public var lambda: Double? { power?.lambda }

  /// The coefficients of the best model.
  public var coefficients: [Coefficient] {
    let best = members[0]
    let unit = power == nil ? scale : 1
    let parts = best.coefficients
    var named: [(name: String, value: Double, unit: Double)] = []
    let groups = [
      ("ar", parts.ar), ("sar", parts.seasonalAR), ("ma", parts.ma), ("sma", parts.seasonalMA),
    ]
    for (name, values) in groups {
      named += values.enumerated().map { ("\(name)\($0.offset + 1)", $0.element, 1) }
    }
    let harmonics = terms.fourier.flatMap(\.names)
    let regressors = terms.regressors.map { ($0.name, unit * $0.perGivenUnit(1)) }
    let units = harmonics.map { ($0, unit) } + regressors
    for (index, value) in best.regression.enumerated() {
      if index < units.count {
        named.append((units[index].0, value * units[index].1, units[index].1))
      } else {
        let name = plan.daily + plan.seasonal == 0 ? "mean" : "drift"
        named.append((name, value * unit, unit))
      }
    }
    return named.enumerated().map { index, entry in
      let error =
        index < best.standardErrors.count ? Double(best.standardErrors[index]) : .infinity
      return Coefficient(
        name: entry.name, value: entry.value, standardError: error * abs(entry.unit))
    }
  }

  /// What the errors of the days since the fit say, in words.
  public var driftVerdict: String { drift.verdict.description }
}
