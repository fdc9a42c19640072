import Threading

/// The metrics of a process by name and labels, as Prometheus reads them.
///
/// A metric is made at its first mention and kept; asking again gives the same one. Names and the
/// set of labels come from the program, never from input: each combination stays for ever.
public final class MetricRegistry: Sendable {
  /// The most combinations of name and labels.
  public static let maximumMetrics = 4_096

  /// What tells metrics of one name apart.
  public typealias Labels = [String: String]

  enum Metric: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)

    var kind: String {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    }
  }

  struct Family: Sendable {
    let help: String
    var members: [Labels: Metric] = [:]
  }

  private let families = Locked<[String: Family]>([:])

  /// An empty registry.
  public init() {}

  /// The counter of this name and these labels; names end in `_total`.
  public func counter(_ name: String, help: String, labels: Labels = [:]) -> Counter {
    let metric = metric(name, help, labels) { .counter(Counter()) }
    guard case .counter(let counter) = metric else { clash(name, metric, "counter") }
    return counter
  }

  /// The gauge of this name and these labels; names end in the unit.
  public func gauge(_ name: String, help: String, labels: Labels = [:]) -> Gauge {
    let metric = metric(name, help, labels) { .gauge(Gauge()) }
    guard case .gauge(let gauge) = metric else { clash(name, metric, "gauge") }
    return gauge
  }

  /// The histogram of this name and these labels; names end in the unit.
  public func histogram(_ name: String, help: String, labels: Labels = [:]) -> Histogram {
    let metric = metric(name, help, labels) { .histogram(Histogram()) }
    guard case .histogram(let histogram) = metric else { clash(name, metric, "histogram") }
    return histogram
  }

  /// All metrics in the Prometheus text format, version 0.0.4, in the order of names and labels.
  public func prometheusText() -> String {
    var page = PrometheusPage()
    for (name, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      page.append(family, named: name)
    }
    return page.text
  }

  private func metric(
    _ name: String, _ help: String, _ labels: Labels, make: () -> Metric
  ) -> Metric {
    precondition(PrometheusPage.isName(name), "\"\(name)\" is not a metric's name")
    for label in labels.keys {
      precondition(PrometheusPage.isName(label), "\"\(label)\" is not a label's name")
    }
    return families.withLock { families in
      if let known = families[name]?.members[labels] { return known }
      let total = families.values.reduce(0) { $0 + $1.members.count }
      precondition(total < Self.maximumMetrics, "\(total) metrics: a label is unbounded: \(name)")
      let made = make()
      families[name, default: Family(help: help)].members[labels] = made
      return made
    }
  }

  private func clash(_ name: String, _ metric: Metric, _ wanted: String) -> Never {
    preconditionFailure("metric \(name) is a \(metric.kind) already, not a \(wanted)")
  }
}
