/// Writes metrics in the Prometheus text format.
struct PrometheusPage {
  private(set) var text = ""

  mutating func append(_ family: MetricRegistry.Family, named name: String) {
    let members = family.members.map { (Self.labels($0.key), $0.value) }.sorted { $0.0 < $1.0 }
    guard let kind = members.first?.1.kind else { return }
    text += "# HELP \(name) \(Self.escaped(family.help, quotes: false))\n# TYPE \(name) \(kind)\n"
    for (labels, metric) in members {
      switch metric {
      case .counter(let counter): line(name, labels, "\(counter.value)")
      case .gauge(let gauge): line(name, labels, Self.number(gauge.value))
      case .histogram(let histogram): append(histogram.snapshot, name, labels)
      }
    }
  }

  /// One bound an octave: the finer buckets serve quantiles inside the process. Empty ones are
  /// there from the start, because Prometheus misses the first step of a series that appears later.
  private mutating func append(_ snapshot: Histogram.Snapshot, _ name: String, _ labels: String) {
    let separator = labels.isEmpty ? "" : ","
    var seen: Int64 = 0
    for (index, occupants) in snapshot.buckets.enumerated() {
      seen += occupants
      guard index % Histogram.bucketsPerOctave == 0 else { continue }
      let bound = Self.number(Histogram.upperBound(index))
      line("\(name)_bucket", "\(labels)\(separator)le=\"\(bound)\"", "\(seen)")
    }
    line("\(name)_bucket", "\(labels)\(separator)le=\"+Inf\"", "\(snapshot.count)")
    line("\(name)_sum", labels, Self.number(snapshot.sum))
    line("\(name)_count", labels, "\(snapshot.count)")
  }

  private mutating func line(_ name: String, _ labels: String, _ value: String) {
    text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x5F
    }
  }

  private static func labels(_ labels: MetricRegistry.Labels) -> String {
    labels.sorted { $0.key < $1.key }
      .map { "\($0.key)=\"\(escaped($0.value, quotes: true))\"" }
      .joined(separator: ",")
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
