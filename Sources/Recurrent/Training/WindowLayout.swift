/// Where the numbers of a window stand in its row.
package struct WindowLayout: Equatable, Sendable {
  package let shape: NetworkShape
  /// By static.
  package let statics: Range<Int>
  /// By step, by input.
  package let inputs: Range<Int>
  /// By day ahead, by feature.
  package let features: Range<Int>
  /// By day ahead, in the window's scale.
  package let targets: Range<Int>
  /// By day ahead: what it counts, 0 where it is missing.
  package let dayWeights: Range<Int>
  /// By day ahead: what its quantiles are counted from, in the window's scale.
  package let bases: Range<Int>

  package init(_ shape: NetworkShape) {
    self.shape = shape
    var end = 1
    func next(_ count: Int) -> Range<Int> {
      defer { end += count }
      return end..<(end + count)
    }
    statics = next(shape.statics)
    inputs = next(shape.steps * shape.inputs)
    features = next(shape.days * shape.features)
    targets = next(shape.days)
    dayWeights = next(shape.days)
    bases = next(shape.days)
  }

  /// Where it stands what the mean part of the loss counts: 1, or how much the volume does.
  package var meanWeight: Int { 0 }
  /// Of a row.
  package var count: Int { bases.upperBound }

  /// Where the inputs of a step stand.
  package func inputs(_ step: Int) -> Range<Int> {
    let first = inputs.lowerBound + step * shape.inputs
    return first..<(first + shape.inputs)
  }

  /// Where the features of a day ahead stand.
  package func features(_ day: Int) -> Range<Int> {
    let first = features.lowerBound + day * shape.features
    return first..<(first + shape.features)
  }
}
