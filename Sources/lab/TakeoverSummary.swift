import CommandLineArguments

/// How coordinators took over in all runs, by what had befallen the one before.
struct TakeoverSummary {
  /// A time that is told of each.
  private struct Times {
    var led: [Int64] = []
    var served: [Int64] = []
    var movedOn: [Int64] = []
  }

  private var times: [FaultKind: Times] = [:]
  private var units: [String: UnitCount] = [:]

  /// Adds a run.
  mutating func add(_ report: RunReport) {
    for fault in report.faults {
      guard let takeover = fault.takeover else { continue }
      times[fault.kind, default: Times()].led.append(takeover.ledMilliseconds)
      if let served = takeover.servedMilliseconds { times[fault.kind]?.served.append(served) }
      if let moved = takeover.movedOnMilliseconds { times[fault.kind]?.movedOn.append(moved) }
    }
    guard report.units.units > 0 else { return }
    units[report.scenario.name, default: UnitCount()].units += report.units.units
    units[report.scenario.name]?.again += report.units.again
  }

  /// A table for people, empty where nobody took over.
  var table: String {
    guard !times.isEmpty else { return "" }
    var table = TextTable([
      .left("Taken over after"), .left("Until"), .right("Times"), .right("p50 s"), .right("p99 s"),
      .right("Longest s"),
    ])
    for kind in FaultKind.allCases {
      for (name, values) in columns(of: kind) where values.count > 0 {
        func text(_ part: Double) -> String {
          Readable.decimal(Double(values.at(part)) / 1_000, places: 1)
        }
        table.add([kind.rawValue, name, "\(values.count)", text(0.5), text(0.99), text(1)])
      }
    }
    return "\n" + table.render()
  }

  private func columns(of kind: FaultKind) -> [(name: String, values: Percentiles)] {
    guard let times = times[kind] else { return [] }
    return [
      ("led", Percentiles(times.led)), ("served", Percentiles(times.served)),
      ("movedOn", Percentiles(times.movedOn)),
    ]
  }

  /// Writes the members of the last line.
  func write(to json: inout JSONText) {
    guard !times.isEmpty else { return }
    json.array("takeovers") { json in
      for kind in FaultKind.allCases where times[kind] != nil {
        json.object { json in
          json.member("fault", kind.rawValue)
          for (name, values) in columns(of: kind) {
            json.object(name) { json in
              json.member("count", values.count)
              json.member("p50Seconds", Double(values.at(0.5)) / 1_000)
              json.member("p99Seconds", Double(values.at(0.99)) / 1_000)
              json.member("maxSeconds", Double(values.at(1)) / 1_000)
            }
          }
        }
      }
    }
    json.array("units") { json in
      for (scenario, count) in units.sorted(by: { $0.key < $1.key }) {
        json.object { json in
          json.member("scenario", scenario)
          json.member("units", count.units)
          json.member("again", count.again)
        }
      }
    }
  }
}
