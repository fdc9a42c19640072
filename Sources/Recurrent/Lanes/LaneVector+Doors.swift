extension SIMD16<Float> {
  static func forward(_ network: LaneNetwork<SIMD16<Float>>, masked: Bool) {
    network.runForward(masked: masked)
  }
  static func evaluate(_ network: LaneNetwork<SIMD16<Float>>) -> Self { network.runLoss() }
  static func backward(_ network: LaneNetwork<SIMD16<Float>>, masked: Bool) {
    network.runBackward(masked: masked)
  }
  static func fill(
    _ network: LaneNetwork<SIMD16<Float>>, window: Int, _ rows: LaneRows, _ layout: WindowLayout
  ) {
    network.runFill(window: window, rows, layout)
  }
  static func say(
    _ units: UnitNetwork<SIMD16<Float>>, _ row: RowView, into result: Column<Float>
  ) {
    units.runSay(row, into: result)
  }
  static func step(
    _ adam: LaneAdam<SIMD16<Float>>, _ weights: Column<Self>, _ slopes: Column<Self>, active: Self
  ) -> Self {
    adam.runStep(weights, slopes, active: active)
  }
}

extension SIMD8<Float> {
  static func forward(_ network: LaneNetwork<SIMD8<Float>>, masked: Bool) {
    network.runForward(masked: masked)
  }
  static func evaluate(_ network: LaneNetwork<SIMD8<Float>>) -> Self { network.runLoss() }
  static func backward(_ network: LaneNetwork<SIMD8<Float>>, masked: Bool) {
    network.runBackward(masked: masked)
  }
  static func fill(
    _ network: LaneNetwork<SIMD8<Float>>, window: Int, _ rows: LaneRows, _ layout: WindowLayout
  ) {
    network.runFill(window: window, rows, layout)
  }
  static func say(
    _ units: UnitNetwork<SIMD8<Float>>, _ row: RowView, into result: Column<Float>
  ) {
    units.runSay(row, into: result)
  }
  static func step(
    _ adam: LaneAdam<SIMD8<Float>>, _ weights: Column<Self>, _ slopes: Column<Self>, active: Self
  ) -> Self {
    adam.runStep(weights, slopes, active: active)
  }
}

extension SIMD4<Float> {
  static func forward(_ network: LaneNetwork<SIMD4<Float>>, masked: Bool) {
    network.runForward(masked: masked)
  }
  static func evaluate(_ network: LaneNetwork<SIMD4<Float>>) -> Self { network.runLoss() }
  static func backward(_ network: LaneNetwork<SIMD4<Float>>, masked: Bool) {
    network.runBackward(masked: masked)
  }
  static func fill(
    _ network: LaneNetwork<SIMD4<Float>>, window: Int, _ rows: LaneRows, _ layout: WindowLayout
  ) {
    network.runFill(window: window, rows, layout)
  }
  static func say(
    _ units: UnitNetwork<SIMD4<Float>>, _ row: RowView, into result: Column<Float>
  ) {
    units.runSay(row, into: result)
  }
  static func step(
    _ adam: LaneAdam<SIMD4<Float>>, _ weights: Column<Self>, _ slopes: Column<Self>, active: Self
  ) -> Self {
    adam.runStep(weights, slopes, active: active)
  }
}
