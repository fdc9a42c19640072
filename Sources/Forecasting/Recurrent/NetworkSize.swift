import Demand
import Packing
import Recurrent

/// The size of a network apart from what it reads.
struct NetworkSize: Equatable, Sendable {
  static let headUnits = 16
  private static let quantiles = Quantiles.levels.map(Float.init)

  var hidden: Int
  var layers: Int

  init(_ options: RecurrentOptions) {
    // Weights stand in panels of four units.
    let wanted = (max(NetworkShape.hiddenUnits.lowerBound, options.hidden) + 3) / 4 * 4
    hidden = min(wanted, NetworkShape.hiddenUnits.upperBound)
    layers = max(1, min(NetworkShape.mostLayers, options.layers))
  }

  /// A network of this size that reads by a recipe and speaks of so many days ahead: its weights
  /// are the same whatever their number.
  func shape(_ recipe: WindowRecipe, days: Int) -> NetworkShape {
    NetworkShape(
      inputs: recipe.inputs, hidden: hidden, layers: layers, steps: recipe.steps,
      headUnits: Self.headUnits, statics: recipe.statics, features: recipe.features, days: days,
      outputs: 1 + Self.quantiles.count)
  }

  /// Poisson's deviance for the mean and a fifth of the pinball loss for the quantiles.
  static let loss = LossShape(mean: .poisson, meanShare: 36, levels: quantiles)

  /// What a day of a window counts, where there are so many.
  static func dayWeight(_ days: Int) -> Float { 0.2 / Float(quantiles.count * days) }

  func pack(into writer: inout ByteWriter) {
    writer.count(hidden)
    writer.count(layers)
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    hidden = try reader.count("hidden units", limit: NetworkShape.hiddenUnits.upperBound)
    layers = try reader.count("layers", limit: NetworkShape.mostLayers)
    guard hidden >= NetworkShape.hiddenUnits.lowerBound, hidden % 4 == 0, layers > 0 else {
      throw .invalid(what: "\(hidden) hidden units in \(layers) layers")
    }
  }
}
