/// One number of each of 16, 8 or 4 series, side by side. A lane is a series: nothing ever crosses
/// from one to another, so a series' result depends on no neighbour and no place.
///
/// What compares is a requirement with one implementation per width: a comparison stays in
/// registers only where the width is known, and falls apart into scalars in generic code.
protocol LaneVector: SIMD, Sendable
where Scalar == Float, MaskStorage: SIMD, MaskStorage.Scalar == Int32 {
  associatedtype Bits: SIMD where Bits.Scalar == Int32, Bits.MaskStorage == MaskStorage
  /// The bits of the numbers.
  var bits: Bits { get }
  /// Numbers of these bits.
  init(bits: Bits)
  /// The square root of each.
  var roots: Self { get }
  /// Each, brought within -limit...limit. What is not a number stays so.
  func within(_ limit: Float) -> Self
  /// `yes` where this is above 0, `no` where it is not, or is no number.
  func whereAboveZero(_ yes: Self, else no: Self) -> Self

  // Doors into the kernels. Generic code is specialised in its own room, where a concrete type
  // stands: each width is one here, and whoever calls, from wherever, gets to machine code for it.

  static func fill(
    _ network: LaneNetwork<Self>, window: Int, _ rows: LaneRows, _ layout: WindowLayout)
  static func forward(_ network: LaneNetwork<Self>, masked: Bool)
  static func say(_ units: UnitNetwork<Self>, _ row: RowView, into result: Column<Float>)
  static func evaluate(_ network: LaneNetwork<Self>) -> Self
  static func backward(_ network: LaneNetwork<Self>, masked: Bool)
  static func step(
    _ adam: LaneAdam<Self>, _ weights: Column<Self>, _ slopes: Column<Self>, active: Self
  ) -> Self
}

extension SIMD16<Float>: LaneVector {
  @inline(__always) var bits: SIMD16<Int32> { unsafe unsafeBitCast(self, to: SIMD16<Int32>.self) }
  @inline(__always) init(bits: SIMD16<Int32>) {
    self = unsafe unsafeBitCast(bits, to: SIMD16<Float>.self)
  }
  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) func within(_ limit: Float) -> Self {
    let (most, least) = (Self(repeating: limit), Self(repeating: -limit))
    let below = replacing(with: most, where: self .> most)
    return below.replacing(with: least, where: below .< least)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    no.replacing(with: yes, where: self .> Self(repeating: 0))
  }
}

extension SIMD8<Float>: LaneVector {
  @inline(__always) var bits: SIMD8<Int32> { unsafe unsafeBitCast(self, to: SIMD8<Int32>.self) }
  @inline(__always) init(bits: SIMD8<Int32>) {
    self = unsafe unsafeBitCast(bits, to: SIMD8<Float>.self)
  }
  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) func within(_ limit: Float) -> Self {
    let (most, least) = (Self(repeating: limit), Self(repeating: -limit))
    let below = replacing(with: most, where: self .> most)
    return below.replacing(with: least, where: below .< least)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    no.replacing(with: yes, where: self .> Self(repeating: 0))
  }
}

extension SIMD4<Float>: LaneVector {
  @inline(__always) var bits: SIMD4<Int32> { unsafe unsafeBitCast(self, to: SIMD4<Int32>.self) }
  @inline(__always) init(bits: SIMD4<Int32>) {
    self = unsafe unsafeBitCast(bits, to: SIMD4<Float>.self)
  }
  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) func within(_ limit: Float) -> Self {
    let (most, least) = (Self(repeating: limit), Self(repeating: -limit))
    let below = replacing(with: most, where: self .> most)
    return below.replacing(with: least, where: below .< least)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    no.replacing(with: yes, where: self .> Self(repeating: 0))
  }
}

extension LaneVector {
  /// `self + left * right`, rounded once, so that every processor gives the same bits.
  @inline(__always)
  func plus(_ left: Self, times right: Self) -> Self { addingProduct(left, right) }

  @inline(__always) static func all(_ value: Float) -> Self { Self(repeating: value) }
}
