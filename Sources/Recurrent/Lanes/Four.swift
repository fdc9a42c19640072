/// Four vectors of lanes in registers: a row of a tile, or what multiplies it.
struct Four<L: LaneVector> {
  private var v0: L, v1: L, v2: L, v3: L

  /// The same four times.
  @inline(__always)
  init(each value: L) { (v0, v1, v2, v3) = (value, value, value, value) }

  @inline(__always)
  init(_ values: Column<L>) {
    (v0, v1, v2, v3) = (values[0], values[1], values[2], values[3])
  }

  @inline(__always)
  func store(_ target: Column<L>) {
    (target[0], target[1], target[2], target[3]) = (v0, v1, v2, v3)
  }

  /// Adds a factor times each of four.
  @inline(__always)
  mutating func add(_ factor: L, times values: Four) {
    v0 = v0.plus(factor, times: values.v0)
    v1 = v1.plus(factor, times: values.v1)
    v2 = v2.plus(factor, times: values.v2)
    v3 = v3.plus(factor, times: values.v3)
  }

  /// A sum and the products with four values.
  @inline(__always)
  func added(to sum: L, times values: Four) -> L {
    sum.plus(v0, times: values.v0).plus(v1, times: values.v1).plus(v2, times: values.v2)
      .plus(v3, times: values.v3)
  }

  @inline(__always)
  var sum: L { (v0 + v1) + (v2 + v3) }
}
