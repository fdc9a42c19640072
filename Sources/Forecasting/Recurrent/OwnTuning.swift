import Packing
import Recurrent

/// What a series' own network learned beyond the shared one: a last layer, pulled towards the
/// shared one the more, the shorter the history.
struct OwnTuning: Equatable, Sendable {
  /// The validation loss before the first step and after each that was looked at.
  var losses: [Float] = []
  /// The step that was best.
  var bestStep = 0
  var pull: Float = 0
  /// What the best step gains over the shared weights: a part of their loss.
  var gain: Float = 0
  /// Differences from the shared weights; nil where those are as good.
  var difference: [UInt8]?
  /// The days that were known when it was learned.
  var days = 0
  /// Why there is none, where something went wrong.
  var trouble: String?

  /// Windows that a series is taught on, and those that judge.
  private static let windows = (taught: 32, judged: 6)
  /// The days that they are taken from.
  private static let mostDays = 365
  /// Fewer windows than this say nothing of one series.
  private static let fewestWindows = 4

  /// A few small steps of the last layer. More of them, larger ones and more layers were tried on
  /// retail sales and fitted the past of a series at the cost of its future (DESIGN.md).
  private static let training = OwnTraining()

  /// What the pull is, a step, on a series of one year.
  private static let yearlyPull: Float = 0.02

  /// Teaches the series of a group side by side, each as if it were alone; nil for those that are
  /// too short.
  static func learned(_ inputs: [SeriesInput], settings: FitSettings) -> [OwnTuning?] {
    var result = [OwnTuning?](repeating: nil, count: inputs.count)
    guard settings.usesNetwork, settings.recurrent.sharing == .tuned,
      let network = settings.network
    else { return result }
    var lessons: [(index: Int, series: OwnTraining.Series)] = []
    for (index, input) in inputs.enumerated() {
      let history = input.history(season: network.recipe.season)
      guard let backtest = Backtest(history, horizon: settings.horizon),
        let series = lesson(on: backtest.training, network)
      else { continue }
      lessons.append((index, series))
    }
    let found = training.train(
      lessons.map(\.series), network.shape, loss: NetworkSize.loss, shared: network.tested)
    for (lesson, learned) in zip(lessons, found) {
      result[lesson.index] = OwnTuning(
        learned, network, network.tested, days: inputs[lesson.index].values.count)
    }
    return result
  }

  /// The same after new days: once there are a window's worth of them, own weights learn on from
  /// where they are.
  func continued(_ history: History, _ network: SharedNetwork) -> OwnTuning {
    guard difference != nil, history.count >= days + network.recipe.days,
      var series = Self.lesson(on: history, network),
      let start = weights(shared: network.whole, of: network)
    else { return self }
    series.start = start
    let learned = Self.training.train(
      [series], network.shape, loss: NetworkSize.loss, shared: network.whole)
    return OwnTuning(learned[0], network, network.whole, days: history.count)
  }

  private static func lesson(
    on history: History, _ network: SharedNetwork
  ) -> OwnTraining.Series? {
    let days = network.recipe.days
    let maker = WindowMaker(history, recipe: network.recipe, unit: DemandUnit(history))
    // The last two windows' days judge, what is before teaches.
    let end = history.count - 2 * days
    let first = max(NetworkPupil.leastAge, end - mostDays)
    guard end - days - first >= fewestWindows else { return nil }
    let layout = WindowLayout(network.shape)
    func table(_ origins: [Int], end: Int) -> WindowTable {
      var table = WindowTable(layout, capacity: origins.count)
      let weight = NetworkSize.dayWeight(days)
      for origin in origins {
        maker.append(
          origin: origin, ahead: Array(0..<days), end: end, dayWeight: weight, to: &table)
      }
      return table
    }
    let pull = yearlyPull * 365 / Float(max(28, min(history.observedCount, 1_460)))
    return OwnTraining.Series(
      training: table(spaced(windows.taught, first...(end - days)), end: end),
      validation: table(spaced(windows.judged, end...(history.count - days)), end: history.count),
      pull: pull)
  }

  /// At most so many whole numbers of a range, evenly spaced, the ends among them.
  private static func spaced(_ count: Int, _ range: ClosedRange<Int>) -> [Int] {
    let picks = min(count, range.count)
    guard picks > 1 else { return [range.upperBound] }
    return (0..<picks).map { range.lowerBound + $0 * (range.count - 1) / (picks - 1) }
  }

  private init(
    _ learned: OwnTraining.Learned, _ network: SharedNetwork, _ shared: [Float], days: Int
  ) {
    self.days = days
    losses = learned.curve
    bestStep = learned.bestStep
    pull = learned.pull
    gain = learned.gain
    trouble = learned.trouble?.description
    difference = learned.weights.map { weights in
      var writer = ByteWriter(capacity: 256)
      PackedWeights(weights, shared: shared, network.shape, part: Self.training.part)
        .pack(to: &writer)
      return writer.bytes
    }
  }

  /// The weights of a network of which this is a difference; nil where it is of another network.
  func weights(shared: [Float], of network: SharedNetwork) -> [Float]? {
    guard let difference else { return shared }
    var reader = ByteReader(difference)
    return try? PackedWeights(from: &reader, network.shape)
      .weights(shared: shared, network.shape)
  }
}

extension OwnTuning {
  private static let mostLosses = 64
  /// What a series' own weights may take.
  private static let mostBytes = 5_000
  private static let longestReason = 200

  func pack(into writer: inout ByteWriter) {
    writer.count(losses.count)
    for loss in losses { writer.float(loss) }
    writer.count(bestStep)
    writer.count(days)
    writer.float(pull)
    writer.float(gain)
    writer.blob(Array((trouble ?? "").utf8.prefix(Self.longestReason)))
    writer.blob(difference ?? [])
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    for _ in 0..<(try reader.count("losses", limit: Self.mostLosses)) {
      losses.append(try reader.float())
    }
    bestStep = try reader.count("step", limit: Int(Int32.max))
    days = try reader.count("days", limit: Int(Int32.max))
    pull = try reader.float()
    gain = try reader.float()
    let reason = try reader.blob("reason", limit: Self.longestReason)
    trouble = reason.isEmpty ? nil : String(decoding: reason, as: UTF8.self)
    let bytes = try reader.blob("weights", limit: Self.mostBytes)
    difference = bytes.isEmpty ? nil : bytes
  }
}
