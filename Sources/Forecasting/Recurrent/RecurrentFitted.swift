import Packing
import Recurrent

/// A series' network: a reference to the shared one and what is its own.
struct RecurrentFitted: FittedModel {
  private let identity: UInt64
  /// Nil where the model was read without it.
  private let network: SharedNetwork?
  /// Whether the weights have seen the last days.
  private let isWhole: Bool
  private let tuning: OwnTuning?
  private let unit: DemandUnit
  /// The days that were known when it was fitted or took new ones.
  private let past: PastDigest

  init(network: SharedNetwork, isWhole: Bool, tuning: OwnTuning?, history: History) {
    self.init(
      network.identity, network, isWhole: isWhole, tuning: tuning, unit: DemandUnit(history),
      past: PastDigest(
        history, regressors: Self.planned(network, history), days: history.count))
  }

  private init(
    _ identity: UInt64, _ network: SharedNetwork?, isWhole: Bool, tuning: OwnTuning?,
    unit: DemandUnit, past: PastDigest
  ) {
    self.identity = identity
    self.network = network
    self.isWhole = isWhole
    self.tuning = tuning
    self.unit = unit
    self.past = past
  }

  /// The columns that a calendar of events has a part in: what is said of their past may be changed
  /// by hand.
  private static func planned(_ network: SharedNetwork, _ history: History) -> [[Double]] {
    (network.recipe.columns.map(\.name) + network.recipe.pooled.map(\.name)).filter { name in
      history.readsEvent(name)
        || history.regressors.contains { $0.name == name && !$0.plan.isEmpty }
    }.map { history.column($0, at: history.count) }
  }

  var isSmooth: Bool { true }
  var isWithoutNetwork: Bool { network == nil }

  var summary: String {
    let digits = String(identity, radix: 16)
    let name = String(repeating: "0", count: 16 - digits.count) + digits
    return "network \(name)" + (tuning?.difference == nil ? "" : " with a last layer of its own")
  }

  private var weights: [Float] {
    guard let network else { return [] }
    let shared = isWhole ? network.whole : network.tested
    return tuning?.weights(shared: shared, of: network) ?? shared
  }

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    guard let network, horizon > 0 else {
      return RobustMean().paths(history, origins: origins, horizon: horizon)
    }
    let maker = WindowMaker(history, recipe: network.recipe, unit: unit)
    let shape = network.size.shape(network.recipe, days: horizon)
    var table = WindowTable(WindowLayout(shape), capacity: origins.count)
    for origin in origins {
      maker.append(origin: origin, ahead: Array(0..<horizon), end: origin, to: &table)
    }
    let outputs = NetworkOutputs(shape, loss: NetworkSize.loss, weights: weights).of(table)
    return origins.enumerated().map { window, origin in
      let first = window * horizon * shape.outputs
      let scale = Double(maker.scale(at: origin)) / history.scale
      return path(
        outputs[first..<(first + horizon * shape.outputs)], outputs: shape.outputs, scale: scale,
        units: history.scale, dispersion: unit.isCount ? maker.dispersion(at: origin) : nil)
    }
  }

  /// A path from what the network says of each day. Counts vary as they did in the last year about
  /// their mean; of other demand the quantiles tell how widely it varies.
  private func path(
    _ said: ArraySlice<Float>, outputs: Int, scale: Double, units: Double, dispersion: Double?
  ) -> Path {
    let days = said.count / outputs
    var mean: [Double] = []
    var variance = 0.0
    for day in 0..<days {
      let first = said.startIndex + day * outputs
      let center = max(0, Double(said[first])) * scale
      mean.append(center)
      if let dispersion {
        let sold = center * units
        variance += (sold + dispersion * sold * sold) / (units * units)
      } else {
        let quantiles = said[(first + 1)..<(first + outputs)].map { Double($0) * scale }
        variance += QuantileSpread.variance(of: quantiles, about: center)
      }
    }
    return Path(mean: mean, independentVariance: variance / Double(max(1, days)))
  }

  func taking(_ history: History) -> TakenDays {
    guard past.days <= history.count else { return .refit("the history has become shorter") }
    guard let network else { return .refit("its shared network is gone") }
    var past = past
    let columns = Self.planned(network, history)
    guard PastDigest(history, regressors: columns, days: past.days) == past else {
      return .refit("the past was corrected")
    }
    if let reason = drift(in: history) { return .refit(reason) }
    let newDays = history.count - past.days
    past.add(history, regressors: columns, to: history.count)
    let model = RecurrentFitted(
      identity, network, isWhole: isWhole, tuning: tuning?.continued(history, network),
      unit: unit, past: past)
    return .kept(model, newDays: newDays)
  }

  /// New days that call for a new fit, whose backtest would say how wide the errors are now.
  private static let fewestNewDays = 7
  /// Squared errors so many times as large as before: for seven days against seven, chance reaches
  /// it once in a hundred (7.0, Fisher's distribution).
  private static let mostGrowth = 7.0

  /// What the errors of the new days say against the model, if anything: they are compared with
  /// those of as many days before.
  private func drift(in history: History) -> String? {
    let days = min(history.count - past.days, network?.recipe.horizon ?? 0)
    guard days >= Self.fewestNewDays, past.days >= days else { return nil }
    let origins = [past.days - days, past.days]
    let squares = zip(origins, paths(history, origins: origins, horizon: days)).map {
      origin, path in
      var sum = 0.0
      var seen = 0.0
      for day in 0..<days where history.weights[origin + day] > 0 {
        let error = history.values[origin + day] - path.mean[day]
        sum += error * error
        seen += 1
      }
      return seen >= Double(Self.fewestNewDays) ? sum / seen : nil
    }
    guard let before = squares[0], let after = squares[1], before > 0,
      after > Self.mostGrowth * before
    else { return nil }
    let times = (after / before).squareRoot().rounded()
    return "the errors of the last \(days) days are about \(Int(min(times, 1e6))) times as large"
  }

  var recurrent: RecurrentDetails? {
    RecurrentDetails(identity, network, own: tuning)
  }

  func pack(into writer: inout ByteWriter) {
    writer.fixed(identity)
    writer.bool(isWhole)
    writer.bool(unit.isCount)
    writer.float(unit.typical)
    past.pack(into: &writer)
    writer.bool(tuning != nil)
    tuning?.pack(into: &writer)
  }

  init(from reader: inout ByteReader, networks: [SharedNetwork]) throws(PackingError) {
    let identity: UInt64 = try reader.fixed()
    let isWhole = try reader.bool()
    let isCount = try reader.bool()
    let unit = DemandUnit(
      isCount: isCount, typical: try reader.single("typical demand", in: 1e-30...1e30))
    let past = try PastDigest(from: &reader)
    let tuning = try reader.bool() ? try OwnTuning(from: &reader) : nil
    let network = networks.first { $0.identity == identity }
    if let network, let tuning, tuning.weights(shared: network.whole, of: network) == nil {
      throw .invalid(what: "own weights of another network")
    }
    self.init(identity, network, isWhole: isWhole, tuning: tuning, unit: unit, past: past)
  }
}
