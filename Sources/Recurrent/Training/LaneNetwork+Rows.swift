extension LaneNetwork {
  /// Makes a row of each lane its window `window` of the block. Rows of zeros fill up.
  func fill(window: Int, _ rows: LaneRows, _ layout: WindowLayout) {
    L.fill(self, window: window, rows, layout)
  }

  func runFill(window: Int, _ rows: LaneRows, _ layout: WindowLayout) {
    rows.spread(from: layout.meanWeight, count: 1, into: meanWeights, window: window)
    rows.spread(
      from: layout.statics.lowerBound, count: shape.statics, into: statics, window: window)
    for step in 0..<shape.steps {
      rows.spread(
        from: layout.inputs(step).lowerBound, count: shape.inputs, into: inputs(step),
        window: window)
    }
    rows.spread(
      from: layout.features.lowerBound, count: layout.features.count, into: features(0),
      window: window)
    let days = shape.days
    rows.spread(from: layout.targets.lowerBound, count: days, into: targets(0), window: window)
    rows.spread(
      from: layout.dayWeights.lowerBound, count: days, into: dayWeights(0), window: window)
    rows.spread(from: layout.bases.lowerBound, count: days, into: bases(0), window: window)
  }
}
