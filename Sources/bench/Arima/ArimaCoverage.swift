import Arima
import CommandLineArguments

/// How often the next values of processes that are known lie within the intervals.
struct ArimaCoverage: Command {
  static let name = "arima-coverage"
  static let abstract = "Count how often ARIMA's intervals hold on simulated processes."
  static let discussion = """
    Errors are normal, the order is searched for, with season 7 whether there is one or not. \
    Prints a table, and the same as one JSON object on the last line.

    """

  private static let lengths = [200, 730]
  private static let horizon = 28
  private static let seed: UInt64 = 17_000

  @Option("NUMBER", .atLeast(1), help: "Series of each process and length.") var series = 32

  func run() throws -> ExitCode {
    var json = JSONText()
    var text = "process                    n    series   80 %    95 %\n"
    var all = Coverage()
    var byLength: [Coverage] = []
    try json.object { json in
      try json.array("cells") { json in
        for length in Self.lengths {
          var total = Coverage()
          for (place, process) in SimulatedProcess.all.enumerated() {
            let seed = Self.seed + UInt64(10 * length + place)
            let found = try coverage(process, length, seed: seed)
            total.add(found)
            text += Self.line(process.name, "\(length)", found)
            json.object { json in
              json.member("process", process.name)
              json.member("n", length)
              found.write(to: &json)
            }
          }
          text += Self.line("all", "\(length)", total)
          byLength.append(total)
          all.add(total)
        }
      }
      for (length, found) in zip(Self.lengths, byLength) {
        json.object("n\(length)") { found.write(to: &$0) }
      }
      json.object("all") { all.write(to: &$0) }
    }
    text += Self.line("all", "", all)
    json.newline()
    try Terminal.standardOutput.write(text + json.drain())
    return .success
  }

  private func coverage(
    _ process: SimulatedProcess, _ length: Int, seed: UInt64
  ) throws(ArimaError) -> Coverage {
    var found = Coverage()
    var deviates = Deviates(seed: seed)
    for _ in 0..<series {
      let drawn = process.draw(length + Self.horizon, &deviates)
      let model = try ArimaModel.fit(
        Array(drawn.prefix(length)), settings: ArimaSettings(seasons: [process.season]))
      found.add(try model.forecast(horizon: Self.horizon), held: drawn.suffix(Self.horizon))
    }
    return found
  }

  private static func line(_ name: String, _ length: String, _ found: Coverage) -> String {
    let columns = [
      DisplayWidth.pad(name, to: 24), DisplayWidth.pad(length, to: 5, right: true),
      DisplayWidth.pad("\(found.series)", to: 7, right: true),
      DisplayWidth.pad(Readable.decimal(100 * found.share80, places: 1), to: 7, right: true),
      DisplayWidth.pad(Readable.decimal(100 * found.share95, places: 1), to: 7, right: true),
    ]
    return columns.joined(separator: " ") + "\n"
  }
}

/// Values counted by whether they lie within the intervals of 80 % and of 95 %.
struct Coverage {
  /// Quantiles of the normal distribution at 0.9 and 0.975.
  private static let z80 = 1.2815515655446004, z95 = 1.959963984540054

  private(set) var series = 0
  private var values = 0
  private var within80 = 0
  private var within95 = 0

  var share80: Double { Double(within80) / Double(values) }
  var share95: Double { Double(within95) / Double(values) }

  mutating func add(_ forecast: ArimaForecast, held: some Sequence<Double>) {
    series += 1
    for (day, value) in held.enumerated() {
      let distance = abs(value - forecast.mean[day])
      let deviation = forecast.variance[day].squareRoot()
      values += 1
      if distance <= Self.z80 * deviation { within80 += 1 }
      if distance <= Self.z95 * deviation { within95 += 1 }
    }
  }

  mutating func add(_ other: Coverage) {
    series += other.series
    values += other.values
    within80 += other.within80
    within95 += other.within95
  }

  func write(to json: inout JSONText) {
    json.member("series", series)
    json.member("within80", share80)
    json.member("within95", share95)
  }
}
