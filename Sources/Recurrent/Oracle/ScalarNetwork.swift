/// The network of one series over one window, as the formulas say it: the oracle of `LaneNetwork`,
/// in either precision. It shares with the lanes where a weight stands, and nothing else.
struct ScalarNetwork<Number: ScalarNumber> {
  let shape: NetworkShape
  let loss: LossShape
  var weights: [Number]
  /// Added to by `backward`.
  var slopes: [Number]

  init(_ shape: NetworkShape, loss: LossShape, weights: [Number]) {
    (self.shape, self.loss, self.weights) = (shape, loss, weights)
    slopes = Array(repeating: 0, count: shape.weightCount)
  }

  /// A window and what comes after it.
  struct Window {
    /// By day and input.
    var inputs: [[Number]]
    var statics: [Number] = []
    /// By day ahead and feature.
    var features: [[Number]]
    /// By day ahead.
    var targets: [Number]
    var dayWeights: [Number]
    /// By day ahead; none where all are 0.
    var bases: [Number] = []
    var meanWeight: Number = 1
    /// By day and unit, on what the second layer reads; none where nothing is dropped.
    var masks: [[Number]] = []
  }

  /// What each part remembers for the way back.
  struct Memory {
    var layers: [ScalarLayer<Number>.Memory]
    var head: ScalarHead<Number>.Memory
    var outputs: [[Number]] { head.outputs }
  }

  func forward(_ window: Window) -> Memory {
    var read = window.inputs
    var layers: [ScalarLayer<Number>.Memory] = []
    for (index, layer) in shape.layers.enumerated() {
      if index > 0 { read = masked(read, window) }
      layers.append(ScalarLayer(shape: layer).forward(read, weights))
      read = layers[index].hidden.dropFirst().map { $0 }
    }
    let head = ScalarHead<Number>(shape: shape.head)
    return Memory(
      layers: layers, head: head.forward(read[shape.steps - 1], window, weights))
  }

  private func masked(_ hidden: [[Number]], _ window: Window) -> [[Number]] {
    guard !window.masks.isEmpty else { return hidden }
    return zip(hidden, window.masks).map { zip($0, $1).map { $0 * $1 } }
  }

  func loss(_ window: Window) -> Number {
    ScalarLoss<Number>(shape: loss).evaluate(forward(window).outputs, window).sum
  }

  /// Adds the derivatives of a window's loss, and returns that.
  mutating func backward(_ window: Window) -> Number {
    let memory = forward(window)
    let (sum, outputSlopes) = ScalarLoss<Number>(shape: loss).evaluate(
      memory.outputs, window)
    let last = ScalarHead<Number>(shape: shape.head).backward(
      memory.head, window, outputSlopes, weights, &slopes)
    let none = Array(repeating: Number(0), count: shape.hidden)
    var outer = Array(repeating: none, count: shape.steps)
    outer[shape.steps - 1] = last
    for index in shape.layers.indices.reversed() {
      outer = ScalarLayer<Number>(shape: shape.layers[index]).backward(
        memory.layers[index], outer, weights, &slopes)
      outer = index > 0 ? masked(outer, window) : outer
    }
    return sum
  }
}
