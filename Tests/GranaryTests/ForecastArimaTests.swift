import FoundationEssentials
import TestSupport
import Testing
import Threading

/// Series of a fixed order are fitted in no time; the search has its own tests in its own room.
@Suite("granary forecast --model arima")
struct ForecastArimaTests {
  private static let days = 60

  /// A promotion every now and then, the same in each of two series.
  private static func promotion(_ day: Int) -> Int { day * 7 % 11 < 3 ? 1 : 0 }

  /// `a` and `b` sell 20 more on days of promotion; `zero` never sells.
  private static let sales: String = {
    var text = "unique_id,ds,y\n"
    var random = SplitMix64(seed: 11)
    for day in 1...days {
      for id in ["a", "b"] {
        let value = 30 + 20 * Double(promotion(day)) + 4 * (random.uniform() - 0.5)
        text += "\(id),\(day),\(value)\n"
      }
      text += "zero,\(day),0\n"
    }
    return text
  }()

  /// The promotion, a constant and what follows from the promotion, five days further than sales.
  private static let regressors: String = {
    var text = "unique_id,ds,promotion,fixed,half\n"
    for id in ["a", "b", "zero"] {
      for day in 1...(days + 5) {
        text += "\(id),\(day),\(promotion(day)),3,\(Double(promotion(day)) / 2 + 1)\n"
      }
    }
    return text
  }()

  /// Runs a forecast of fixed order on the sales, with the regressors where there are some.
  private func forecast(
    _ words: String..., regressors: String? = nil
  ) throws -> (result: Binary.Result, trace: [TraceLine]) {
    let folder = try TemporaryFolder()
    let trace = folder.file("trace.json")
    var more = ["--trace", trace]
    if let regressors {
      try write(regressors, folder.file("more.csv"))
      more += ["--regressors", folder.file("more.csv")]
    }
    let result = try Binary.run(
      ["forecast", "--input", "-", "--model", "arima", "--season", "1"] + words + more,
      input: Self.sales)
    let lines = try? text(trace).split(separator: "\n").map {
      try JSONDecoder().decode(TraceLine.self, from: Data($0.utf8))
    }
    return (result, lines ?? [])
  }

  private struct TraceLine: Decodable {
    struct Arima: Decodable {
      struct Coefficient: Decodable {
        var name: String
        var value: Double
        var standardError: Double?
      }
      struct Share: Decodable {
        var order: String
        var weight: Double
        var criterion: Double
      }
      var order: String
      var coefficients: [Coefficient]
      var averaged: [Share]
      var tried: Int
      var refused: Int
      var moves: Int
      var isBudgetExhausted: Bool
      var warnings: [String]
    }
    var unique_id: String
    var model: String
    var reason: String
    var arima: Arima?
  }

  @Test("foresees a promotion that the regressors announce")
  func promotion() throws {
    let (result, trace) = try forecast(
      "--horizon", "5", "--order", "0,0,0", regressors: Self.regressors)
    #expect(result.exit == .code(0))
    let table = rows(result.output)
    #expect(table[0] == ["unique_id", "ds", "arima"])
    for (row, day) in zip(table[1...5], (Self.days + 1)...(Self.days + 5)) {
      let mean = try #require(Double(row[2]))
      #expect(abs(mean - Double(30 + 20 * Self.promotion(day))) < 2)
    }
    let arima = try #require(trace.first?.arima)
    #expect(arima.order == "ARIMA(0,0,0) with mean, promotion")
    let coefficient = try #require(arima.coefficients.first { $0.name == "promotion" })
    #expect(abs(coefficient.value - 20) < 1)
    #expect(coefficient.standardError.map { $0 > 0 && $0 < 1 } == true)
    #expect(arima.averaged.map(\.weight) == [1])
    #expect(arima.tried == 1 && arima.refused == 0)
  }

  @Test("names regressors that say nothing once a column, and in the trace of each series")
  func dropped() throws {
    let (result, trace) = try forecast(
      "--horizon", "2", "--order", "0,0,0", regressors: Self.regressors)
    #expect(
      result.errors.contains(
        "regressor \"fixed\" was dropped in 2 series (in the first: is constant); the trace says "
          + "why in each\n"))
    #expect(
      result.errors.contains(
        "regressor \"half\" was dropped in 2 series (in the first: follows from promotion); "))
    #expect(!result.errors.contains("regressor \"promotion\""))
    #expect(trace[1].arima?.warnings == ["fixed: is constant", "half: follows from promotion"])
  }

  @Test("forecasts what it does not take by the robust mean, counts it and says why")
  func fallback() throws {
    let (result, trace) = try forecast("--horizon", "2", "--order", "1,0,0")
    #expect(trace.map(\.model) == ["arima", "arima", "fallback"])
    #expect(trace[2].reason.contains("demand is intermittent: 100 % of the days have none"))
    #expect(trace[2].arima == nil)
    #expect(
      result.errors.contains(
        "1 series could not be fitted by arima and were forecast by the robust"))
    #expect(rows(result.output).suffix(2).map { $0[0] } == ["zero", "zero"])
  }

  @Test("says that series are too short for a long season")
  func shortForSeason() throws {
    let result = try Binary.run(
      [
        "forecast", "--input", "-", "--model", "arima", "--season", "7,30", "--order", "0,0,0",
        "--horizon", "1",
      ], input: Self.sales)
    #expect(result.errors.hasPrefix("3 series, season 7,30, 1 step: "))
    #expect(
      result.errors.contains(
        "season 30 was left out of 3 series, which are not longer than two of it\n"))
  }

  @Test("draws paths that the seed decides, path by path")
  func paths() throws {
    let words = ["forecast", "--input", "-", "--model", "arima", "--season", "1", "--order"]
    func draw(_ more: String...) throws -> [[String]] {
      let result = try Binary.run(
        words + ["1,0,0", "--horizon", "2", "--paths", "3"] + more, input: Self.sales)
      #expect(result.exit == .code(0))
      return rows(result.output)
    }
    let first = try draw("--seed", "5", "--threads", "1")
    #expect(first[0] == ["unique_id", "ds", "path", "arima"])
    #expect(first.count == 1 + 3 * 2 * 3)
    #expect(first[1...6].map { $0[1] } == ["61", "62", "61", "62", "61", "62"])
    #expect(first[1...6].map { $0[2] } == ["1", "1", "2", "2", "3", "3"])
    #expect(first.dropFirst().allSatisfy { Double($0[3]).map { $0 >= 0 } ?? false })
    #expect(Set(first[1...6].map { $0[3] }).count == 6)
    #expect(first[1...6].map { $0[3] } != first[7...12].map { $0[3] })
    #expect(try first == draw("--seed", "5", "--threads", "3"))
    #expect(try first != draw("--seed", "6"))
  }

  @Test("draws the robust mean's days where ARIMA does not take the series")
  func pathsOfFallback() throws {
    let rare = "unique_id,ds,y\n" + (1...60).map { "r,\($0),\($0 % 8 == 0 ? 16 : 0)\n" }.joined()
    func values(_ words: String...) throws -> [Double] {
      let result = try Binary.run(
        ["forecast", "--input", "-", "--model", "arima", "--season", "1", "--horizon", "2"] + words,
        input: rare)
      #expect(result.errors.contains("1 series could not be fitted by arima"))
      return rows(result.output).dropFirst().compactMap { Double($0.last ?? "") }
    }
    let means = try values()
    let drawn = try values("--paths", "2000", "--seed", "3")
    #expect(means.count == 2 && drawn.count == 4_000)
    for day in 0..<2 {
      let own = stride(from: day, to: drawn.count, by: 2).map { drawn[$0] }
      let mean = own.reduce(0, +) / Double(own.count)
      #expect(abs(mean - means[day]) < 0.15 * means[day])
      #expect(own.contains(0) && own.contains { $0 > 2 * mean })
    }
    // Days know nothing of each other: both are large as often as chance has it.
    let large = drawn.map { $0 > means[0] }
    let share = Double(large.count { $0 }) / 4_000
    let both = stride(from: 0, to: drawn.count, by: 2).count { large[$0] && large[$0 + 1] }
    #expect(abs(Double(both) / 2_000 - share * share) < 0.04)
  }

  @Test("wants a mean or none as told")
  func constant() throws {
    let with = try forecast("--horizon", "1", "--order", "1,0,0", "--constant", "yes").trace
    let without = try forecast("--horizon", "1", "--order", "1,0,0", "--constant", "no").trace
    #expect(with[0].arima?.order == "ARIMA(1,0,0) with mean")
    #expect(without[0].arima?.order == "ARIMA(1,0,0)")
  }

  @Test("refuses regressors that end before the forecast, naming the series and what to do")
  func noFuture() throws {
    let (result, _) = try forecast(
      "--horizon", "6", "--order", "0,0,0", regressors: Self.regressors)
    #expect(result.exit == .code(3))
    #expect(
      result.errors.hasSuffix(
        "/more.csv: series \"a\" has no row for 66, so nothing for \"promotion\", \"fixed\", "
          + "\"half\", step 6 of the forecast; add the rows for the forecast, which reaches to 66, "
          + "or say --horizon 5\n"))
    #expect(result.output.isEmpty)
  }

  @Test("refuses seasonal parts where the season has no lags")
  func seasonOfOrder() throws {
    let result = try Binary.run(
      ["forecast", "--input", "-", "--horizon", "2", "--model", "arima", "--order", "1,0,0,0,1,1"],
      input: Self.sales)
    #expect(result.exit == .code(2))
    #expect(
      result.errors == """
        granary: --order 1,0,0,0,1,1 with season 1: there is no season of 1 step; say --order \
        1,0,0, or --season STEPS from 2 to 24

        """)
  }
}

@Suite("granary forecast refuses for ARIMA")
struct ForecastArimaRefusalTests {
  /// The words behind the input, and what is said of them.
  static let sentences: [(words: [String], sentence: String)] = [
    (["--season", "7,7"], "--season 7,7 has 7 twice; leave one out"),
    (
      ["--season", "7,12"],
      "--season 7,12: only one season may have 24 steps or fewer, longer ones are drawn by sines "
        + "and cosines; leave out 7 or 12"
    ),
    (
      ["--season", "8760"],
      "--season 8760: the shortest season has at most 366 steps; put one before it, as 24,8760, "
        + "or 1 for none"
    ),
    (
      ["--season", "7,30,90,180,365"],
      "--season 7,30,90,180,365 has 5 seasons, at most 4 are taken; leave out the least marked"
    ),
    (["--season", "7,9000"], "--season \"9000\": wanted a whole number from 1 to 8784"),
    (
      ["--model", "ets", "--exhaustive"],
      "--exhaustive goes with --model arima, blend or auto, not with ets: it says how ARIMA "
        + "models are found"
    ),
    (
      ["--model", "croston", "--regressors", "x.csv"],
      "--regressors goes with --model arima, lstm, blend or auto, not with croston: of the models "
        + "only arima and lstm take regressors"
    ),
    (
      ["--order", "1,1,1"],
      "--order goes with --model arima, not with auto: it says how ARIMA models are found"
    ),
    (
      ["--model", "ets", "--paths", "9"],
      "--paths goes with --model arima, not with ets: of the models only arima draws paths"
    ),
    (["--model", "arima", "--paths", "0"], "--paths \"0\": wanted a whole number from 1 to 10000"),
    (
      ["--model", "arima", "--paths", "9", "--quantiles", "0.5"],
      "--quantiles and --paths say different things of the days; leave one out"
    ),
    (
      ["--model", "arima", "--seed", "9"],
      "--seed goes with --paths N: nothing else is drawn at random"
    ),
    (
      ["--model", "arima", "--order", "1,3,1"],
      "--order \"1,3,1\": wanted p,d,q or p,d,q,P,D,Q as 2,1,1,0,1,1, with p, q from 0 to 5 "
        + "and d, P, D, Q from 0 to 2"
    ),
    (
      ["--model", "arima", "--order", "6,0,0"],
      "--order \"6,0,0\": wanted p,d,q or p,d,q,P,D,Q as 2,1,1,0,1,1, with p, q from 0 to 5 "
        + "and d, P, D, Q from 0 to 2"
    ),
    (
      ["--model", "arima", "--order", "1,0,1", "--exhaustive"],
      "--order 1,0,1 leaves nothing to search; leave out --exhaustive"
    ),
    (
      ["--model", "arima", "--order", "1,1,1,0,1,0", "--constant", "yes"],
      "--order 1,1,1,0,1,0 has 2 differences, which leave no constant; say --constant no"
    ),
    (
      ["--model", "arima", "--constant", "yes"],
      "--constant goes with --order; without it the search decides"
    ),
    (
      ["--model", "arima", "--box-cox", "3"],
      "--box-cox \"3\": wanted auto or a number from -1 to 2; 0 is the logarithm"
    ),
    (["--averaged", "17"], "--averaged \"17\": wanted a whole number from 1 to 16"),
    (
      ["--model", "arima", "--regressors", "/nowhere/x.csv"],
      "/nowhere/y.csv: cannot be read: there is no such file; check the name and the folder"
    ),
  ]

  @Test("what makes no sense, naming it and the way out", arguments: sentences)
  func refusal(words: [String], sentence: String) throws {
    let result = try Binary.run(
      ["forecast", "--input", "/nowhere/y.csv", "--horizon", "5"] + words)
    #expect(result.exit == .code(2))
    #expect(result.errors == "granary: \(sentence)\n")
  }

  @Test("two inputs from one pipe")
  func twoStreams() throws {
    #expect(
      try Binary.refusal(
        "forecast", "--input", "-", "--horizon", "5", "--model", "arima", "--regressors", "-")
        == "granary: --input and --regressors both come from standard input; name a file for one\n")
  }

  @Test("options for ARIMA where there is no file")
  func noInput() throws {
    #expect(
      try Binary.refusal("forecast", "--paths", "5") == """
        granary: --paths goes with --input FILE; without a file the cluster forecasts what it holds

        """)
  }
}
