import Arima
import CommandLineArguments
import Threading

/// What a series costs by its length and season, and what a second thread adds.
struct ArimaScale: Command {
  static let name = "arima-scale"
  static let abstract = "Measure what ARIMA costs by length and season."
  static let discussion = "Prints a table, and the same as one JSON object on the last line.\n"

  private static let lengths = [50, 100, 200, 500, 1_000, 2_000, 5_000]
  private static let seasons = [1, 4, 7, 12, 24, 52]
  private static let seed: UInt64 = 23
  private static let horizon = 28
  /// For the comparison of threads.
  private static let days = 730, week = 7

  @Option("NUMBER", .within(1...10_000), help: "Series of each cell at most.") var series = 40
  @Option("SECONDS", .within(0.001...60), help: "Of each cell, once it has three series.")
  var seconds = 1.0
  @Option("NUMBER", .within(1...1_000_000), help: "Series for the comparison of threads.")
  var threaded = 200
  @Option("NUMBER", .within(1...100), help: "Rounds of the comparison of threads.") var rounds = 5

  func run() throws -> ExitCode {
    let output = Terminal.standardOutput
    var json = JSONText()
    try output.write(
      "milliseconds per series, by points and season\n"
        + Self.line("", Self.seasons.map { "\($0)" }))
    try json.object { json in
      try json.array("cells") { json in
        for length in Self.lengths {
          var cells: [String] = []
          for season in Self.seasons {
            let cell = try measure(length, season)
            cells.append(Readable.decimal(cell.milliseconds, places: 2))
            json.object { json in
              json.member("n", length)
              json.member("m", season)
              json.member("series", cell.series)
              json.member("milliseconds", cell.milliseconds)
            }
          }
          try output.write(Self.line("\(length)", cells))
        }
      }
      let rates = try threads()
      json.member("seriesPerSecondOneThread", rates.one)
      json.member("seriesPerSecondTwoThreads", rates.two)
      json.member("twoThreadsToOne", rates.two / rates.one)
      try output.write(
        "\(Self.days) points, season \(Self.week): "
          + "one thread \(Readable.decimal(rates.one, places: 1)) series/s, "
          + "two \(Readable.decimal(rates.two, places: 1)), "
          + "ratio \(Readable.decimal(rates.two / rates.one, places: 3))\n")
    }
    json.newline()
    try output.write(json.drain())
    return .success
  }

  private static func line(_ first: String, _ cells: [String]) -> String {
    ([first] + cells).map { DisplayWidth.pad($0, to: 9, right: true) }.joined() + "\n"
  }

  private static func fit(_ values: [Double], season: Int) throws(ArimaError) {
    let settings = ArimaSettings(seasons: season > 1 ? [season] : [])
    _ = try ArimaModel.fit(values, settings: settings).forecast(horizon: horizon)
  }

  /// The mean over as many series as the time allows, and three at least.
  private func measure(
    _ length: Int, _ season: Int
  ) throws(ArimaError) -> (series: Int, milliseconds: Double) {
    var deviates = Deviates(seed: Self.seed &+ UInt64(1_000 * length + season))
    var spent = 0.0
    var count = 0
    while count < min(3, series) || (count < series && spent < seconds) {
      let values = SimulatedDemand.series(points: length, season: season, &deviates)
      let start = ProcessorTime.nanoseconds
      try Self.fit(values, season: season)
      spent += ProcessorTime.seconds(since: start)
      count += 1
    }
    return (count, 1_000 * spent / Double(count))
  }

  /// Series per second of one thread and of two, the best of several rounds that take turns.
  private func threads() throws -> (one: Double, two: Double) {
    var deviates = Deviates(seed: Self.seed)
    let all = (0..<threaded).map { _ in
      SimulatedDemand.series(points: Self.days, season: Self.week, &deviates)
    }
    var best = [0.0, 0.0]
    for _ in 0..<rounds {
      for count in [1, 2] { best[count - 1] = max(best[count - 1], try Self.rate(all, count)) }
    }
    return (best[0], best[1])
  }

  /// The threads take the next series each until there are none.
  private static func rate(_ all: [[Double]], _ count: Int) throws -> Double {
    let clock = MonotonicClock()
    let next = Locked(0)
    let failed = Locked(0)
    let start = clock.nanoseconds
    let threads = try (0..<count).map { index in
      try Thread(name: "arima-\(index)") {
        while true {
          let mine = next.withLock { next in
            defer { next += 1 }
            return next
          }
          guard mine < all.count else { return }
          do { try fit(all[mine], season: week) } catch { failed.withLock { $0 += 1 } }
        }
      }
    }
    for thread in threads { thread.join() }
    guard failed.withLock({ $0 }) == 0 else { throw ArimaBenchError.notFitted }
    return Double(all.count) * 1e9 / Double(clock.nanoseconds - start)
  }
}
