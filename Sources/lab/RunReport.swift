import CommandLineArguments
import Threading

/// What came of a run: a line of the ledger.
struct RunReport: Sendable {
  /// A fault, and how long it was felt.
  struct Fault: Equatable, Sendable {
    var kind: FaultKind
    var victim: String
    var step: Step
    /// When it began, since the run did.
    var atMilliseconds: Int64
    /// How long the lab held it.
    var heldMilliseconds: Int64
    /// How long it took from its begin until everything was served again for good; 0 where nothing
    /// of it was felt.
    var recoveryMilliseconds: Int64 { max(statusMilliseconds, readMilliseconds) }
    /// The same by the status alone, and by reads alone.
    var statusMilliseconds: Int64
    var readMilliseconds: Int64
    /// How another coordinator took over, where one did.
    var takeover: Takeover?

    /// How long it was felt after the lab had ended it.
    var afterMilliseconds: Int64 { max(0, recoveryMilliseconds - heldMilliseconds) }
  }

  /// The faults after which not everything was served in the time that the scenario gives.
  var late: [Fault] {
    guard let deadline = scenario.servedWithin else { return [] }
    return faults.filter { fault in
      let time = deadline.start == .begin ? fault.recoveryMilliseconds : fault.afterMilliseconds
      return Double(time) > deadline.seconds * 1_000
    }
  }

  /// A time in which something was not served, long enough to be told by itself.
  struct LongGap: Equatable, Sendable {
    var atMilliseconds: Int64
    var milliseconds: Int64
    var sku: String?
  }

  /// A gap that is so long is in the ledger.
  private static let longGapMilliseconds: Int64 = 1_000

  var scenario: Scenario
  var seed: UInt64 = 0
  var number = 0
  var seconds: Double
  var faults: [Fault]
  var gaps: [LongGap]
  var violations: [String]
  var finds: [String]
  var repeats: Int
  /// Units of all runs, where workers say which they work on.
  var units: UnitCount
  var reads: Int
  var readP99Milliseconds: Int64
  var longestReadMilliseconds: Int64
  /// For the reference.
  var milliseconds: [Step: Int]
  var values: Set<UInt64>
  var tables: Checker

  init(
    scenario: Scenario, from start: Moment, to end: Moment, _ journal: Journal,
    _ observations: Observations, units: UnitCount = UnitCount(),
    milliseconds: [Step: Int], tables: Checker
  ) {
    self.scenario = scenario
    seconds = Double(end - start) / 1_000
    self.milliseconds = milliseconds
    self.tables = tables
    self.units = units
    violations = journal.violations
    finds = journal.finds
    repeats = journal.repeats
    values = observations.values
    let latencies = Percentiles(observations.latencies)
    reads = latencies.count
    readP99Milliseconds = latencies.at(0.99)
    longestReadMilliseconds = latencies.at(1)
    let happened = journal.faults
    let gaps = observations.gaps.sorted { $0.start < $1.start }
    self.gaps = gaps.map { gap in
      LongGap(
        atMilliseconds: gap.start - start, milliseconds: gap.end - gap.start, sku: gap.sku)
    }
    .filter { $0.milliseconds >= Self.longGapMilliseconds }
    let samples = observations.samples
    faults = happened.indices.map { index in
      let fault = happened[index]
      let next = index + 1 < happened.count ? happened[index + 1].startedAt : fault.overAt
      func recovery(reads: Bool) -> Int64 {
        Observations.recovery(
          from: fault.startedAt, before: min(next, fault.overAt),
          gaps.filter { ($0.sku != nil) == reads })
      }
      return Fault(
        kind: fault.kind, victim: fault.victim, step: fault.step,
        atMilliseconds: fault.startedAt - start, heldMilliseconds: fault.liftedAt - fault.startedAt,
        statusMilliseconds: recovery(reads: false), readMilliseconds: recovery(reads: true),
        takeover: Takeover(from: fault.startedAt, before: max(next, fault.overAt), samples))
    }
  }

  /// Writes it as a member of the ledger.
  func write(to json: inout JSONText, at date: String, version: String, before: String?) {
    json.object { json in
      json.member("at", date)
      json.member("version", version)
      json.member("before", before)
      json.member("scenario", scenario.name)
      json.member("seed", String(seed))
      json.member("replication", scenario.replication)
      json.member("seconds", seconds)
      json.array("faults") { json in
        for fault in faults {
          json.object { json in
            json.member("fault", fault.kind.rawValue)
            json.member("victim", fault.victim)
            json.member("during", fault.step.rawValue)
            json.member("atSeconds", Double(fault.atMilliseconds) / 1_000)
            json.member("heldSeconds", Double(fault.heldMilliseconds) / 1_000)
            json.member("recoverySeconds", Double(fault.recoveryMilliseconds) / 1_000)
            json.member("statusSeconds", Double(fault.statusMilliseconds) / 1_000)
            json.member("readSeconds", Double(fault.readMilliseconds) / 1_000)
            fault.takeover?.write(to: &json)
          }
        }
      }
      json.array("gaps") { json in
        for gap in gaps {
          json.object { json in
            json.member("atSeconds", Double(gap.atMilliseconds) / 1_000)
            json.member("seconds", Double(gap.milliseconds) / 1_000)
            json.member("sku", gap.sku)
          }
        }
      }
      json.member("violations", violations)
      json.member("late", late.count)
      json.member("found", finds)
      json.member("repeatedCommands", repeats)
      if units.units > 0 {
        json.member("units", units.units)
        json.member("unitsAgain", units.again)
      }
      json.member("reads", reads)
      json.member("readP99Milliseconds", Int(readP99Milliseconds))
      json.member("longestReadMilliseconds", Int(longestReadMilliseconds))
    }
    json.newline()
  }
}

/// Values by their rank.
struct Percentiles {
  private let sorted: [Int64]

  init(_ values: [Int64]) { sorted = values.sorted() }

  var count: Int { sorted.count }

  /// The least value that so large a part does not exceed; 0 where there are none.
  func at(_ part: Double) -> Int64 {
    guard !sorted.isEmpty else { return 0 }
    let rank = Int((part * Double(sorted.count)).rounded(.up)) - 1
    return sorted[min(max(0, rank), sorted.count - 1)]
  }
}
