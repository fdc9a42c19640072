import Packing

/// A model of one series, fitted: parameters that are small and stay, while the history grows.
///
/// A fitted model holds no position: it filters the history that it is handed, so that new days
/// count without a new fit, and one fit serves every origin of a backtest.
protocol FittedModel: Sendable {
  /// The parameters in words.
  var summary: String { get }

  /// Whether the mean is smooth enough to be the centre of a skewed distribution. A mean that
  /// repeats single observations is not.
  var isSmooth: Bool { get }

  /// Writes the parameters.
  func pack(into writer: inout ByteWriter)

  /// The path of `horizon` days after each origin, where an origin is the number of days that are
  /// known there: ascending, at most `history.count`. The path after an origin depends on no day
  /// from it on.
  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path]

  /// `count` paths of the days after the history drawn at random, one after another, in units of
  /// demand; nil where the model has none of its own.
  func drawnPaths(_ history: History, horizon: Int, count: Int, seed: UInt64) -> [Double]?

  /// The model after the days of `history` that it has not seen, if it still fits.
  func taking(_ history: History) -> TakenDays

  /// What the model rests on, where it can say more than its summary.
  var details: ArimaDetails? { get }

  /// What a network rests on; nil for other models.
  var recurrent: RecurrentDetails? { get }

  /// Whether it was read without the network that it refers to.
  var isWithoutNetwork: Bool { get }
}

/// What a fitted model makes of new days.
enum TakenDays {
  /// It goes on from them.
  case kept(any FittedModel, newDays: Int)
  /// It must be fitted again, for this reason.
  case refit(String)
}

extension FittedModel {
  var details: ArimaDetails? { nil }

  var recurrent: RecurrentDetails? { nil }

  var isWithoutNetwork: Bool { false }

  func taking(_ history: History) -> TakenDays { .refit("the model keeps no state to go on from") }

  func drawnPaths(_ history: History, horizon: Int, count: Int, seed: UInt64) -> [Double]? { nil }
}

/// A kind of model: makes fitted models and reads them back. What all series share (a network's
/// weights) is a family's stored property; what one fit needs comes with its history.
protocol ModelFamily: Sendable {
  /// The name under which it is registered.
  var name: ModelName { get }

  /// Fits a history, or says why not. `start` is a fit of the same family to an earlier part of it.
  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel

  /// Reads what `FittedModel.pack` wrote; every value is checked.
  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel
}

/// The families by name, in the order of preference: where the backtest cannot tell two candidates
/// apart, the earlier one is taken.
struct ModelRegistry: Sendable {
  /// The families that every build has.
  static let standard = ModelRegistry(RecurrentFamily())

  /// The same, of a run with a shared network, for a series that learned its own weights before.
  init(network: SharedNetwork?, tuning: OwnTuning?) {
    self.init(RecurrentFamily(network: network, tuning: tuning))
  }

  /// The same, to read models that refer to some networks.
  init(known: [SharedNetwork]) { self.init(RecurrentFamily(known: known)) }

  private init(_ recurrent: RecurrentFamily) {
    let others: [any ModelFamily] = [
      SmoothingFamily(), ArimaFamily(), BlendFamily(), IntermittentFamily(.tsb),
      IntermittentFamily(.sba), IntermittentFamily(.croston), SeasonalNaiveFamily(),
    ]
    let isFirst = recurrent.network?.isPreferred ?? false
    self.init(isFirst ? [recurrent] + others : others + [recurrent])
  }

  /// The families that compete.
  let families: [any ModelFamily]
  /// The one that takes whatever they refuse. It does not compete.
  let lastResort: any ModelFamily = FallbackFamily()

  init(_ families: [any ModelFamily]) { self.families = families }

  /// The family of this name.
  subscript(_ name: ModelName) -> (any ModelFamily)? {
    (families + [lastResort]).first { $0.name == name }
  }
}
