/// The size of a network, and where its weights stand in one column: the layers', then the head's.
struct NetworkShape: Equatable, Sendable {
  static let hiddenUnits = 8...64
  static let headUnits = 8...32
  static let mostLayers = 2

  /// From the first, which reads the inputs, to the last.
  let layers: [LayerShape]
  let head: HeadShape

  init(
    inputs: Int, hidden: Int, layers count: Int = 1, steps: Int, headUnits: Int, features: Int,
    days: Int, outputs: Int
  ) {
    precondition(Self.hiddenUnits.contains(hidden) && hidden % 4 == 0, "\(hidden) hidden units")
    precondition((1...Self.mostLayers).contains(count), "\(count) layers")
    precondition(
      headUnits == 0 && features == 0 || Self.headUnits.contains(headUnits) && headUnits % 4 == 0,
      "\(headUnits) units and \(features) features of the head")
    precondition(inputs > 0 && steps > 0 && days > 0 && outputs > 0, "nothing to read or to say")
    var layers: [LayerShape] = []
    for index in 0..<count {
      layers.append(
        LayerShape(
          inputs: index == 0 ? inputs : hidden, hidden: hidden, steps: steps,
          first: layers.last?.end ?? 0))
    }
    self.layers = layers
    head = HeadShape(
      hidden: hidden, units: headUnits, features: features, days: days, outputs: outputs,
      first: layers[count - 1].end)
  }

  var weightCount: Int { head.end }
  var steps: Int { layers[0].steps }
  var inputs: Int { layers[0].inputs }
  var hidden: Int { head.hidden }
}
