import CommandLineArguments

/// What all runs came to: the last line that the lab prints.
struct Summary {
  private var runs = 0
  private var failed = 0
  private var seconds = 0.0
  private var counts: [FaultKind: Int] = [:]
  private var recoveries: [Kind: [Int64]] = [:]
  private var afterwards: [Kind: [Int64]] = [:]
  private var reads: [Int64] = []
  private var violations: [String] = []
  private var found = 0
  private var timed = 0
  private var late: [String] = []
  private var takeovers = TakeoverSummary()

  /// A kind of fault in clusters that keep so many copies.
  private struct Kind: Hashable, Comparable {
    var replication: Int
    var fault: String

    static func < (left: Kind, right: Kind) -> Bool {
      (left.replication, left.fault) < (right.replication, right.fault)
    }
  }

  /// Adds a run.
  mutating func add(_ report: RunReport) {
    runs += 1
    takeovers.add(report)
    if !report.violations.isEmpty { failed += 1 }
    seconds += report.seconds
    found += report.finds.isEmpty ? 0 : 1
    reads.append(report.longestReadMilliseconds)
    for sentence in report.violations {
      violations.append("\(report.scenario.name) --seed \(report.seed): \(sentence)")
    }
    for fault in report.faults {
      counts[fault.kind, default: 0] += 1
      let kind = Kind(replication: report.scenario.replication, fault: fault.kind.rawValue)
      recoveries[kind, default: []].append(fault.recoveryMilliseconds)
      afterwards[kind, default: []].append(
        fault.afterMilliseconds)
    }
    if report.scenario.servedWithin != nil { timed += report.faults.count }
    for fault in report.late {
      let seconds = Self.text(fault.recoveryMilliseconds)
      late.append(
        "\(report.scenario.name) --seed \(report.seed): \(fault.kind.rawValue), \(seconds) s")
    }
  }

  /// Whether every promise was kept.
  var isClean: Bool { failed == 0 }

  /// A table of the faults, for people.
  var table: String {
    var table = TextTable([
      .left("Fault"), .right("Copies"), .right("Times"), .right("p50 s"), .right("p99 s"),
      .right("Longest s"), .right("After its end p99 s"),
    ])
    for kind in recoveries.keys.sorted() {
      let felt = Percentiles(recoveries[kind] ?? [])
      let after = Percentiles(afterwards[kind] ?? [])
      table.add([
        kind.fault, "\(kind.replication)", "\(felt.count)", Self.text(felt.at(0.5)),
        Self.text(felt.at(0.99)), Self.text(felt.at(1)), Self.text(after.at(0.99)),
      ])
    }
    return table.render() + takeovers.table
  }

  private static func text(_ milliseconds: Int64) -> String {
    Readable.decimal(Double(milliseconds) / 1_000, places: 1)
  }

  /// One line of JSON. Times are from the begin of a fault until everything was served again;
  /// `afterEnd` counts from when the lab had ended it.
  func json(seed: UInt64, leftOut: [String]) -> String {
    var json = JSONText()
    json.object { json in
      json.member("runs", runs)
      json.member("failedRuns", failed)
      json.member("firstSeed", String(seed))
      json.member("seconds", seconds.rounded())
      json.object("faults") { json in
        for kind in FaultKind.allCases {
          if let count = counts[kind] { json.member(kind.rawValue, count) }
        }
      }
      json.array("recovery") { json in
        for kind in recoveries.keys.sorted() { write(kind, to: &json) }
      }
      takeovers.write(to: &json)
      json.member("longestReadP50Seconds", Double(Percentiles(reads).at(0.5)) / 1_000)
      json.member("longestReadSeconds", Double(Percentiles(reads).at(1)) / 1_000)
      json.member("runsWithDamageFound", found)
      json.member("timedFaults", timed)
      json.member("late", late)
      json.member("violations", violations)
      json.member("leftOut", leftOut)
    }
    return json.drain()
  }

  private func write(_ kind: Kind, to json: inout JSONText) {
    let felt = Percentiles(recoveries[kind] ?? [])
    let after = Percentiles(afterwards[kind] ?? [])
    json.object { json in
      json.member("fault", kind.fault)
      json.member("replication", kind.replication)
      json.member("count", felt.count)
      json.member("p50Seconds", Double(felt.at(0.5)) / 1_000)
      json.member("p99Seconds", Double(felt.at(0.99)) / 1_000)
      json.member("maxSeconds", Double(felt.at(1)) / 1_000)
      json.member("afterEndP99Seconds", Double(after.at(0.99)) / 1_000)
    }
  }
}
