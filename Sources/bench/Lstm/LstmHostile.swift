import CommandLineArguments
import Demand
import Forecasting
import TestSupport

/// Fits series that could trip a fit, between decent ones, and looks for what must not be.
struct LstmHostile: Command {
  static let name = "lstm-hostile"
  static let abstract = "Fit thousands of hostile series between decent ones by networks."
  static let discussion =
    "Counts forecasts that are not finite or not in order, models that do not read back, and\n"
    + "decent series whose models depend on hostile neighbours. Prints one JSON object.\n"

  private static let group = 16
  private static let longest = 420

  @Option("NUMBER", .within(16...10_000_000), help: "Fits.") var fits = 10_000
  @Option("NUMBER", .within(0...1_000_000), help: "The seed of the series.") var seed = 1

  private struct Found {
    var fits = 0, notFinite = 0, notInOrder = 0, notReadBack = 0, movedNeighbours = 0
    var byNetwork = 0, withOwnWeights = 0
    var troubles: [String: Int] = [:]
    var offences: [String: Int] = [:]
    /// Forecasts and models that are not as they should be.
    var faults: Int { notFinite + notInOrder + notReadBack }
  }

  func run() throws -> ExitCode {
    var hostile = HostileSeries(seed: UInt64(seed))
    var found = Found()
    for isTaughtOnAll in [false, true] {
      let settings = try learn(&hostile, isTaughtOnAll: isTaughtOnAll)
      while found.fits < (isTaughtOnAll ? fits : fits / 2) { try fit(settings, &hostile, &found) }
    }
    var json = JSONText()
    json.object { json in
      json.member("fits", found.fits)
      json.member("byNetwork", found.byNetwork)
      json.member("withOwnWeights", found.withOwnWeights)
      json.member("notFinite", found.notFinite)
      json.member("notInOrder", found.notInOrder)
      json.member("notReadBack", found.notReadBack)
      json.member("movedNeighbours", found.movedNeighbours)
      for (name, counts) in [("offences", found.offences), ("troubles", found.troubles)] {
        json.object(name) { json in
          for (what, count) in counts.sorted(by: { $0.key < $1.key }) { json.member(what, count) }
        }
      }
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }

  /// A network taught on decent series, or on all kinds.
  private func learn(
    _ hostile: inout HostileSeries, isTaughtOnAll: Bool
  ) throws -> FitSettings {
    var settings = FitSettings(season: 7, horizon: 28, candidates: [.lstm])
    var inputs: [SeriesInput] = []
    for index in 0..<200 {
      let kinds = HostileSeries.Kind.allCases
      let values =
        isTaughtOnAll && index % 2 == 0
        ? hostile.series(kinds[index / 2 % kinds.count], days: Self.longest)
        : hostile.decent(days: Self.longest)
      inputs.append(SeriesInput(values: values))
    }
    let network = SharedNetwork.learned(from: inputs, settings: settings)
    if let trouble = network.lesson.trouble { throw LstmBenchError.notLearned(trouble) }
    settings.network = network
    return settings
  }

  /// A group in which every other series is hostile, and its decent ones without these.
  private func fit(
    _ settings: FitSettings, _ hostile: inout HostileSeries, _ found: inout Found
  ) throws {
    let kinds = HostileSeries.Kind.allCases
    var inputs: [SeriesInput] = []
    var names: [String] = []
    for place in 0..<Self.group {
      let kind = kinds[(found.fits / 2 + place / 2) % kinds.count]
      // From a few days to more than a year.
      let days = 8 + (found.fits * 13 + place * 37) % (Self.longest - 8)
      let isHostile = place % 2 == 0
      names.append(isHostile ? kind.rawValue : "decent")
      let values =
        isHostile ? hostile.series(kind, days: days) : hostile.decent(days: Self.longest)
      inputs.append(SeriesInput(values: values))
    }
    let models = SeriesModel.fit(inputs, settings: settings)
    for place in 0..<Self.group {
      check(models[place], inputs[place], names[place], settings, &found)
    }
    let decent = stride(from: 1, to: Self.group, by: 2).map { inputs[$0] }
    for (index, model) in SeriesModel.fit(decent, settings: settings).enumerated()
    where model.packed() != models[2 * index + 1].packed() {
      found.movedNeighbours += 1
    }
    found.fits += Self.group
  }

  private func check(
    _ model: SeriesModel, _ input: SeriesInput, _ name: String, _ settings: FitSettings,
    _ found: inout Found
  ) {
    let before = found.faults
    let record = model.forecast(input, horizon: 28)
    let numbers = record.mean + record.quantiles + record.cumulative
    if !numbers.allSatisfy({ $0.isFinite && $0 >= 0 }) { found.notFinite += 1 }
    let levels = Quantiles.levels.count
    for values in [record.quantiles, record.cumulative] {
      for first in stride(from: 0, to: values.count, by: levels)
      where (1..<levels).contains(where: { values[first + $0] < values[first + $0 - 1] }) {
        found.notInOrder += 1
      }
    }
    let bytes = model.packed()
    let again = try? SeriesModel(packed: bytes, networks: settings.network.map { [$0] } ?? [])
    if again?.packed() != bytes || again?.forecast(input, horizon: 28) != record {
      found.notReadBack += 1
    }
    if found.faults > before { found.offences[name, default: 0] += 1 }
    if model.name == .lstm { found.byNetwork += 1 }
    guard let own = model.recurrent?.own else { return }
    if own.isUsed { found.withOwnWeights += 1 }
    if let trouble = own.trouble { found.troubles["\(name): \(trouble)", default: 0] += 1 }
  }
}
