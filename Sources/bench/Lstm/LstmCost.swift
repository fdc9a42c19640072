import CommandLineArguments
import Demand
import Forecasting
import Threading

/// What a network for every series costs, on made-up series of two years.
struct LstmCost: Command {
  static let name = "lstm-cost"
  static let abstract = "Measure what networks cost: time, memory, state."
  static let discussion =
    "Series are handed in and let go in groups of 16, so memory that grows with their number is\n"
    + "the models' fault. Prints one JSON object.\n"

  static let horizon = 28
  static let group = 16
  /// A forecast is timed on at most this many series.
  private static let mostTimed = 512

  @Option("NUMBER", .within(16...1_000_000), help: "Series that are fitted one by one.")
  var series = 2_048
  @Option("NUMBER", .within(16...20_000), help: "Series that the shared network is taught on.")
  var taught = 2_000
  @Option("NUMBER", .within(0...100), help: "Rounds of the comparison of threads; 0 for none.")
  var rounds = 40
  @Flag(help: "Fits all series once for its memory, and times nothing else.") var memory: Bool

  private let shop = SimulatedShop()

  func run() throws -> ExitCode {
    var settings = FitSettings(season: 7, horizon: Self.horizon, candidates: [.lstm])
    let learning = try learn(&settings)
    var json = JSONText()
    try json.object { json in
      json.member("series", series)
      json.member("taught", taught)
      json.member("learningSeconds", learning)
      json.member("peakMiBOfLearning", try PeakMemory.mebibytes())
      if memory {
        try PeakMemory.forget()
        let fitted = fit(settings, 0..<series)
        json.member("peakMiBOfFitting", try PeakMemory.mebibytes())
        json.member("mostBytes", fitted.mostBytes)
      } else {
        try times(settings, learning, &json)
      }
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }

  /// Seconds of a processor.
  private func learn(_ settings: inout FitSettings) throws -> Double {
    let inputs = (0..<taught).map(shop.input)
    let start = ProcessorTime.nanoseconds
    let network = SharedNetwork.learned(from: inputs, settings: settings)
    let seconds = ProcessorTime.seconds(since: start)
    if let trouble = network.lesson.trouble { throw LstmBenchError.notLearned(trouble) }
    settings.network = network
    return seconds
  }

  private func times(
    _ settings: FitSettings, _ learning: Double, _ json: inout JSONText
  ) throws {
    var untuned = settings
    untuned.recurrent.sharing = .shared
    let few = 0..<min(series, Self.mostTimed)
    _ = fit(settings, few)  // Warms up.
    let shared = fit(untuned, 0..<series)
    let tuned = fit(settings, 0..<series)
    let each = 1_000 / Double(series)
    let learned = 1_000 * learning / Double(SharedNetwork.mostSeries)
    json.member("millisecondsOfSharedStage", learned)
    json.member("millisecondsOfTuning", each * (tuned.fitting - shared.fitting))
    json.member("millisecondsOfBacktestAndRefit", each * shared.fitting)
    json.member("milliseconds", learned + each * tuned.fitting)
    json.member("withOwnWeights", tuned.own)
    json.member("mostBytes", tuned.mostBytes)
    json.member("meanBytes", Double(tuned.bytes) / Double(series))
    try forecasts(settings, few, &json)
    guard rounds > 0 else { return }
    let (one, two) = try threads(settings)
    json.member("seriesPerSecondOneThread", one.byClock)
    json.member("seriesPerSecondTwoThreads", two.byClock)
    json.member("twoThreadsToOne", two.byClock / one.byClock)
    json.member("twoThreadsToOneByProcessor", two.byProcessor / one.byProcessor)
  }

  struct Fitted {
    /// Seconds of a processor.
    var fitting = 0.0
    var own = 0, bytes = 0, mostBytes = 0
  }

  /// Fits series by groups and lets them go.
  private func fit(_ settings: FitSettings, _ range: Range<Int>) -> Fitted {
    var found = Fitted()
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.group) {
      let inputs = (first..<min(first + Self.group, range.upperBound)).map(shop.input)
      let start = ProcessorTime.nanoseconds
      let models = SeriesModel.fit(inputs, settings: settings)
      found.fitting += ProcessorTime.seconds(since: start)
      for model in models {
        let bytes = model.packed().count
        found.bytes += bytes
        found.mostBytes = max(found.mostBytes, bytes)
        if model.recurrent?.own?.isUsed ?? false { found.own += 1 }
      }
    }
    return found
  }

  /// Reads saved models and forecasts: microseconds each, the best of some rounds.
  private func forecasts(
    _ settings: FitSettings, _ range: Range<Int>, _ json: inout JSONText
  ) throws {
    let inputs = range.map(shop.input)
    let saved = stride(from: 0, to: inputs.count, by: Self.group).flatMap { first in
      SeriesModel.fit(
        Array(inputs[first..<min(first + Self.group, inputs.count)]), settings: settings
      ).map { $0.packed() }
    }
    let networks = settings.network.map { [$0] } ?? []
    func best(_ body: () throws -> Void) rethrows -> Double {
      var least = Double.infinity
      for _ in 0..<5 {
        let start = ProcessorTime.nanoseconds
        try body()
        least = min(least, ProcessorTime.seconds(since: start))
      }
      return 1e6 * least / Double(saved.count)
    }
    var models: [SeriesModel] = []
    let reading = try best {
      models = try saved.map { try SeriesModel(packed: $0, networks: networks) }
    }
    json.member("microsecondsOfReading", reading)
    for horizon in [28, 112] {
      var sum = 0.0
      let each = best {
        for (model, input) in zip(models, inputs) {
          sum += model.forecast(input, horizon: horizon).mean[0]
        }
      }
      json.member("microsecondsOfForecast\(horizon)", reading + each)
      json.member("meanOfFirstDay\(horizon)", sum / Double(5 * saved.count))
    }
  }

  /// Series per second: by the clock, and as if each thread had had a processor to itself.
  struct Rate {
    var byClock = 0.0, byProcessor = 0.0
  }

  /// Of one thread and of two, the best of many short rounds that take turns: one of them may meet
  /// an idle machine.
  private func threads(_ settings: FitSettings) throws -> (one: Rate, two: Rate) {
    let groups = stride(from: 0, to: min(series, Self.mostTimed), by: Self.group).map { first in
      (first..<(first + Self.group)).map(shop.input)
    }
    var best = [Rate(), Rate()]
    for _ in 0..<rounds {
      for count in [1, 2] {
        let rate = try Self.rate(groups, settings, count)
        best[count - 1].byClock = max(best[count - 1].byClock, rate.byClock)
        best[count - 1].byProcessor = max(best[count - 1].byProcessor, rate.byProcessor)
      }
    }
    return (best[0], best[1])
  }

  /// The threads take the next group each until there are none.
  private static func rate(
    _ groups: [[SeriesInput]], _ settings: FitSettings, _ count: Int
  ) throws -> Rate {
    let clock = MonotonicClock()
    let next = Locked(0)
    let used = Locked(0.0)
    let start = clock.nanoseconds
    let threads = try (0..<count).map { index in
      try Thread(name: "lstm-\(index)") {
        let begin = ProcessorTime.nanoseconds
        while true {
          let mine = next.withLock { next in
            defer { next += 1 }
            return next
          }
          guard mine < groups.count else { break }
          _ = SeriesModel.fit(groups[mine], settings: settings)
        }
        let seconds = ProcessorTime.seconds(since: begin)
        used.withLock { $0 += seconds }
      }
    }
    for thread in threads { thread.join() }
    let done = Double(groups.count * group)
    return Rate(
      byClock: done * 1e9 / Double(clock.nanoseconds - start),
      byProcessor: done * Double(count) / used.withLock { $0 })
  }
}
