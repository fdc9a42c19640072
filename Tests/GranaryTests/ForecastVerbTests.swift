import FoundationEssentials
import TestSupport
import Testing
import Threading

@Suite("granary forecast --input")
struct ForecastVerbTests {
  /// Three series: a weekly pattern, a rare one, and one that is nearly empty; rows of the first
  /// two in turns.
  private static let sales: String = {
    var text = "unique_id,ds,y\n"
    var random = SplitMix64(seed: 7)
    for day in 1...84 {
      let level = [20, 22, 21, 25, 30, 44, 40][day % 7]
      text += "weekly,\(day),\(level + Int(random.uniform() * 5))\n"
      text += "rare,\(day),\(random.uniform() < 0.2 ? 3 : 0)\n"
    }
    return text + "short,83,2\nshort,84,-1\n"
  }()

  private func forecast(_ words: String...) throws -> Binary.Result {
    try Binary.run(
      ["forecast", "--input", "-", "--season", "7", "--horizon", "9"] + words, input: Self.sales)
  }

  @Test("gives every series its steps, in the order of the input")
  func shape() throws {
    let result = try forecast()
    #expect(result.exit == .code(0))
    let table = rows(result.output)
    #expect(table[0] == ["unique_id", "ds", "auto"])
    #expect(
      table.dropFirst().map { $0[0] }
        == ["weekly", "rare", "short"].flatMap {
          Array(repeating: $0, count: 9)
        })
    #expect(table.dropFirst().map { $0[1] } == (0..<3).flatMap { _ in (85...93).map(String.init) })
    #expect(table.dropFirst().allSatisfy { Double($0[2]).map { $0 >= 0 && $0 < 60 } ?? false })
  }

  @Test("sees the week in a weekly series")
  func season() throws {
    let means = rows(try forecast().output).dropFirst().prefix(7).compactMap { Double($0[2]) }
    // Days 89 and 90 are the sixth and seventh of the pattern.
    #expect(means.max() == means[4])
    #expect(means.min() ?? 0 > 15 && means.max() ?? 0 < 50)
  }

  @Test("orders quantiles about the median, in ascending columns")
  func quantiles() throws {
    let table = rows(
      try forecast("--model", "ets", "--quantiles", "0.9,0.5", "--quantiles", "0.1").output)
    #expect(table[0] == ["unique_id", "ds", "ets", "ets-q0.1", "ets-q0.5", "ets-q0.9"])
    for row in table.dropFirst() {
      let levels = row[3...].compactMap(Double.init)
      #expect(levels.count == 3 && levels == levels.sorted() && levels[0] >= 0)
    }
  }

  @Test("is the same for any number of threads")
  func threads() throws {
    let one = try forecast("--quantiles", "0.1,0.9", "--threads", "1").output
    #expect(try one == forecast("--quantiles", "0.1,0.9", "--threads", "7").output)
  }

  @Test("counts what the model did not take and what is no demand")
  func fallback() throws {
    let result = try forecast("--model", "croston")
    #expect(result.exit == .code(0))
    #expect(
      result.errors.contains(
        "2 series could not be fitted by croston and were forecast by the robust mean; "
          + "--trace FILE says which and why\n"))
    #expect(result.errors.contains("1 values below 0 were taken as missing\n"))
  }

  @Test("says in the trace what was chosen and why")
  func trace() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("trace.ndjson")
    _ = try forecast("--model", "croston", "--trace", path)
    let lines = try text(path).split(separator: "\n").map {
      try JSONDecoder().decode(TraceLine.self, from: Data($0.utf8))
    }
    #expect(lines.map(\.unique_id) == ["weekly", "rare", "short"])
    #expect(lines.map(\.model) == ["fallback", "croston", "fallback"])
    #expect(lines[0].candidates.first?.refused?.contains("demand is regular") == true)
    #expect(lines[1].accuracy?.mae ?? -1 > 0)
    #expect(lines[2].accuracy == nil)
    #expect(lines.map(\.missing) == [0, 0, 1])
    #expect(lines.allSatisfy { $0.seconds > 0 && !$0.reason.isEmpty })
  }

  private struct TraceLine: Decodable {
    struct Candidate: Decodable {
      var model: String
      var refused: String?
    }
    struct Accuracy: Decodable { var mae: Double }
    var unique_id: String
    var model: String
    var reason: String
    var candidates: [Candidate]
    var accuracy: Accuracy?
    var missing: Int
    var seconds: Double
  }

  @Test("writes dates as the input does, and takes the season from their spacing")
  func dates() throws {
    let folder = try TemporaryFolder()
    let months = (0..<36).map {
      "a,20\(23 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)-01,\($0)"
    }
    try write(
      "y,ds,unique_id\n"
        + months.map {
          $0.split(separator: ",").reversed().joined(separator: ",")
        }.joined(separator: "\n") + "\n", folder.file("in.csv"))
    let result = try Binary.run([
      "forecast", "--input", folder.file("in.csv"), "--output", folder.file("out.csv"),
      "--horizon", "2",
    ])
    #expect(result.exit == .code(0))
    #expect(result.errors.hasPrefix("1 series, season 12, 2 steps: "))
    #expect(
      rows(try text(folder.file("out.csv"))).map { $0[1] } == ["ds", "2026-01-01", "2026-02-01"])
  }

  @Test("takes times without a row as missing, or as 0 when told")
  func fill() throws {
    let input = "unique_id,ds,y\n" + (1...40).map { "a,\($0 * ($0 < 40 ? 1 : 2)),10\n" }.joined()
    let words = ["forecast", "--input", "-", "--horizon", "1", "--model", "fallback"]
    let missing = rows(try Binary.run(words, input: input).output)
    let zero = rows(try Binary.run(words + ["--fill", "zero"], input: input).output)
    #expect(missing[1] == ["a", "81", "10"])
    #expect(Double(zero[1][2]).map { $0 < 9 } == true)
  }

  @Test("leaves no file behind when the input is refused")
  func badInput() throws {
    let folder = try TemporaryFolder()
    try write("unique_id,ds,y\na,1,2\na,2,x\n", folder.file("in.csv"))
    let result = try Binary.run([
      "forecast", "--input", folder.file("in.csv"), "--output", folder.file("out.csv"),
      "--horizon", "2",
    ])
    #expect(result.exit == .code(3))
    #expect(
      result.errors == """
        granary: \(folder.path)/in.csv:3: y "x" is not a number; write it as 12.5, or leave it \
        empty if missing

        """)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["in.csv"])
  }
}

@Suite("granary forecast refuses")
struct ForecastRefusalTests {
  /// The words behind the input, and what is said of them.
  static let sentences: [(words: [String], sentence: String)] = [
    (["--horizon", "0"], "--horizon \"0\": wanted a whole number from 1 to 1024"),
    (
      ["--horizon", "5", "--quantiles", "0.1,1.5"],
      "--quantiles \"1.5\": wanted a number from 0.0001 to 0.9999"
    ),
    (
      ["--horizon", "5", "--quantiles", "0.1,0.1"],
      "--quantiles has 0.1 twice; leave one out"
    ),
    (
      ["--horizon", "5", "--model", "etz"],
      "--model \"etz\": wanted one of auto, snaive, ets, croston, sba, tsb, fallback, arima, "
        + "blend, lstm; did you mean ets?"
    ),
    (["--horizon", "5", "--season", "0"], "--season \"0\": wanted a whole number from 1 to 8784"),
    (
      ["--horizon", "5", "--season", "week"],
      "--season \"week\": wanted a whole number from 1 to 8784"
    ),
    (["--horizon", "5", "--fill", "nought"], "--fill \"nought\": wanted one of missing, zero"),
    (
      ["--horizon", "5", "--threads", "0"], "--threads \"0\": wanted a whole number from 1 to 1024"
    ),
    (
      ["--horizon", "5", "--as-of", "2026-11-20"],
      "--as-of is for the cluster; with --input no cluster is asked"
    ),
    (["--model", "ets"], "--input needs --horizon: how many steps after the last to forecast"),
    (
      ["--horizon", "5", "--trace", "-"],
      "--output and --trace both go to standard output; name a file for one"
    ),
    (
      ["--horizon", "5", "--horizont", "6"],
      "unknown option --horizont for `granary forecast`; did you mean --horizon?"
    ),
    (
      ["--horizon", "5"],
      "/nowhere/y.csv: cannot be read: there is no such file; check the name and the folder"
    ),
  ]

  @Test("what makes no sense, naming it and the way out", arguments: sentences)
  func refusal(words: [String], sentence: String) throws {
    let result = try Binary.run(["forecast", "--input", "/nowhere/y.csv"] + words)
    #expect(result.exit == .code(2))
    #expect(result.errors == "granary: \(sentence)\n")
  }

  @Test("options for files where there is no file")
  func noInput() throws {
    #expect(
      try Binary.refusal("forecast", "--model", "ets") == """
        granary: --model goes with --input FILE; without a file the cluster forecasts what it holds

        """)
  }
}
