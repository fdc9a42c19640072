/// One number of each of 16, 8 or 4 series, side by side. A lane is a series: nothing ever crosses
/// from one to another, so a series' result depends on no neighbour and no place.
///
/// What compares or looks at bits is a requirement with one implementation per width. The standard
/// library has comparisons, masks' own logic and wrapping integer arithmetic as single instructions
/// for a known width only; its generic ones, shifts and `replacing(with:where:)` of numbers go
/// number by number, and the optimizer does not always find the vector again.
protocol LaneVector: SIMD, Sendable where Scalar == Float {
  /// The square root of each.
  var roots: Self { get }
  /// Each, brought within -limit...limit. What is not a number stays so.
  func within(_ limit: Float) -> Self
  /// `yes` where this is above 0, `no` where it is not, or is no number.
  func whereAboveZero(_ yes: Self, else no: Self) -> Self
  /// Each times 2^n, where `shifted` is the whole number n plus 1.5 * 2^23, whose last bits are
  /// n's.
  func timesPower(_ shifted: Self) -> Self

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
  private typealias Mask = SIMDMask<SIMD16<Int32>>

  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) func within(_ limit: Float) -> Self {
    let (most, least) = (Self(repeating: limit), Self(repeating: -limit))
    let below = Self.chosen(most, self, self .> most)
    return Self.chosen(least, below, below .< least)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    Self.chosen(yes, no, self .> Self(repeating: 0))
  }
  @inline(__always) func timesPower(_ shifted: Self) -> Self {
    let bits = unsafe unsafeBitCast(self, to: SIMD16<Int32>.self)
    let power = unsafe unsafeBitCast(shifted, to: SIMD16<Int32>.self)
    // Times 2^23 is a shift, and an instruction where `&<<` is a loop.
    return unsafe unsafeBitCast(bits &+ power &* SIMD16<Int32>(repeating: 1 << 23), to: Self.self)
  }
  /// Numbers pass for masks: those replace one another by three operations on bits.
  @inline(__always) private static func chosen(_ yes: Self, _ no: Self, _ isYes: Mask) -> Self {
    let (yes, no) = unsafe unsafeBitCast((yes, no), to: (Mask, Mask).self)
    return unsafe unsafeBitCast(no.replacing(with: yes, where: isYes), to: Self.self)
  }
}

extension SIMD8<Float>: LaneVector {
  private typealias Mask = SIMDMask<SIMD8<Int32>>

  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) func within(_ limit: Float) -> Self {
    let (most, least) = (Self(repeating: limit), Self(repeating: -limit))
    let below = Self.chosen(most, self, self .> most)
    return Self.chosen(least, below, below .< least)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    Self.chosen(yes, no, self .> Self(repeating: 0))
  }
  @inline(__always) func timesPower(_ shifted: Self) -> Self {
    let bits = unsafe unsafeBitCast(self, to: SIMD8<Int32>.self)
    let power = unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self)
    // Times 2^23 is a shift, and an instruction where `&<<` is a loop.
    return unsafe unsafeBitCast(bits &+ power &* SIMD8<Int32>(repeating: 1 << 23), to: Self.self)
  }
  /// Numbers pass for masks: those replace one another by three operations on bits.
  @inline(__always) private static func chosen(_ yes: Self, _ no: Self, _ isYes: Mask) -> Self {
    let (yes, no) = unsafe unsafeBitCast((yes, no), to: (Mask, Mask).self)
    return unsafe unsafeBitCast(no.replacing(with: yes, where: isYes), to: Self.self)
  }
}

extension SIMD4<Float>: LaneVector {
  private typealias Mask = SIMDMask<SIMD4<Int32>>

  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) func within(_ limit: Float) -> Self {
    let (most, least) = (Self(repeating: limit), Self(repeating: -limit))
    let below = Self.chosen(most, self, self .> most)
    return Self.chosen(least, below, below .< least)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    Self.chosen(yes, no, self .> Self(repeating: 0))
  }
  @inline(__always) func timesPower(_ shifted: Self) -> Self {
    let bits = unsafe unsafeBitCast(self, to: SIMD4<Int32>.self)
    let power = unsafe unsafeBitCast(shifted, to: SIMD4<Int32>.self)
    // Times 2^23 is a shift, and an instruction where `&<<` is a loop.
    return unsafe unsafeBitCast(bits &+ power &* SIMD4<Int32>(repeating: 1 << 23), to: Self.self)
  }
  /// Numbers pass for masks: those replace one another by three operations on bits.
  @inline(__always) private static func chosen(_ yes: Self, _ no: Self, _ isYes: Mask) -> Self {
    let (yes, no) = unsafe unsafeBitCast((yes, no), to: (Mask, Mask).self)
    return unsafe unsafeBitCast(no.replacing(with: yes, where: isYes), to: Self.self)
  }
}

extension LaneVector {
  /// `self + left * right`, rounded once, so that every processor gives the same bits.
  @inline(__always)
  func plus(_ left: Self, times right: Self) -> Self { addingProduct(left, right) }

  @inline(__always) static func all(_ value: Float) -> Self { Self(repeating: value) }
}
