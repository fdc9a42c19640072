/// The size of a network, and where its weights stand in one column: the layers', then the head's.
package struct NetworkShape: Equatable, Sendable {
  package static let hiddenUnits = 8...64
  package static let headUnits = 8...32
  package static let mostLayers = 2

  /// From the first, which reads the inputs, to the last.
  let layers: [LayerShape]
  let head: HeadShape

  package init(
    inputs: Int, hidden: Int, layers count: Int = 1, steps: Int, headUnits: Int, statics: Int = 0,
    features: Int, days: Int, outputs: Int
  ) {
    precondition(Self.hiddenUnits.contains(hidden) && hidden % 4 == 0, "\(hidden) hidden units")
    precondition((1...Self.mostLayers).contains(count), "\(count) layers")
    precondition(
      headUnits == 0 && features == 0 && statics == 0
        || Self.headUnits.contains(headUnits) && headUnits % 4 == 0,
      "\(headUnits) units, \(statics) statics and \(features) features of the head")
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
      hidden: hidden, units: headUnits, statics: statics, features: features, days: days,
      outputs: outputs, first: layers[count - 1].end)
  }

  package var weightCount: Int { head.end }
  package var steps: Int { layers[0].steps }
  package var inputs: Int { layers[0].inputs }
  package var hidden: Int { head.hidden }
  package var statics: Int { head.statics }
  package var features: Int { head.features }
  package var days: Int { head.days }
  package var outputs: Int { head.outputs }
}
