/// Pairs of a group side by side: all eight, or four of them. Nothing but plain arithmetic and
/// square roots, each rounded once, so that every width and every processor gives the same bits;
/// a fused multiplication would save little, because a pass waits for memory.
///
/// What reads, compares and chooses is a requirement with one implementation for each width: only
/// a known width has these as single instructions (`Recurrent/DESIGN.md`).
protocol PairLanes: SIMD, Sendable where Scalar == Double {
  /// Reads numbers that stand side by side.
  static func load(_ numbers: UnsafePointer<Float>, at index: Int) -> Self
  /// Writes them side by side.
  func store(_ numbers: UnsafeMutablePointer<Double>, at index: Int)
  var roots: Self { get }
  /// The next whole numbers from below; of numbers not below 0.
  var ceilings: Self { get }
  /// The lots within their bounds, and the slopes where they already were, 0 elsewhere.
  func within(_ least: Self, _ most: Self, slope: Self) -> (lot: Self, slope: Self)
  /// `yes` where this is above 0, `no` elsewhere.
  func whereAboveZero(_ yes: Self, else no: Self) -> Self

  /// The door into the pass: generic code is specialised in its own room, where a width stands.
  static func pass(_ block: PairBlock, _ prices: BlockPrices, hasLines: Bool) -> LimitSums
}

extension PairLanes {
  @inline(__always) static func all(_ value: Double) -> Self { Self(repeating: value) }
}

extension SIMD8<Double>: PairLanes {
  private typealias Mask = SIMDMask<SIMD8<Int64>>

  @inline(__always)
  static func load(_ numbers: UnsafePointer<Float>, at index: Int) -> Self {
    let raw = unsafe UnsafeRawPointer(numbers + index)
    return Self(unsafe raw.loadUnaligned(as: SIMD8<Float>.self))
  }
  @inline(__always)
  func store(_ numbers: UnsafeMutablePointer<Double>, at index: Int) {
    unsafe UnsafeMutableRawPointer(numbers + index).storeBytes(of: self, as: Self.self)
  }
  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) var ceilings: Self {
    // Adding 2^52 leaves no room for a fraction.
    let whole = (self + Self(repeating: 0x1p52)) - Self(repeating: 0x1p52)
    return Self.chosen(whole + Self(repeating: 1), whole, whole .< self)
  }
  @inline(__always)
  func within(_ least: Self, _ most: Self, slope: Self) -> (lot: Self, slope: Self) {
    let (low, high) = (self .< least, self .> most)
    let slope = Self.chosen(Self(repeating: 0), slope, low .| high)
    return (Self.chosen(most, Self.chosen(least, self, low), high), slope)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    Self.chosen(yes, no, self .> Self(repeating: 0))
  }
  /// Numbers pass for masks: those replace one another by three operations on bits.
  @inline(__always) private static func chosen(_ yes: Self, _ no: Self, _ isYes: Mask) -> Self {
    let (yes, no) = unsafe unsafeBitCast((yes, no), to: (Mask, Mask).self)
    return unsafe unsafeBitCast(no.replacing(with: yes, where: isYes), to: Self.self)
  }

  static func pass(_ block: PairBlock, _ prices: BlockPrices, hasLines: Bool) -> LimitSums {
    BlockPass<Self>.run(block, prices, hasLines: hasLines)
  }
}

extension SIMD4<Double>: PairLanes {
  private typealias Mask = SIMDMask<SIMD4<Int64>>

  @inline(__always)
  static func load(_ numbers: UnsafePointer<Float>, at index: Int) -> Self {
    let raw = unsafe UnsafeRawPointer(numbers + index)
    return Self(unsafe raw.loadUnaligned(as: SIMD4<Float>.self))
  }
  @inline(__always)
  func store(_ numbers: UnsafeMutablePointer<Double>, at index: Int) {
    unsafe UnsafeMutableRawPointer(numbers + index).storeBytes(of: self, as: Self.self)
  }
  @inline(__always) var roots: Self { squareRoot() }
  @inline(__always) var ceilings: Self {
    // Adding 2^52 leaves no room for a fraction.
    let whole = (self + Self(repeating: 0x1p52)) - Self(repeating: 0x1p52)
    return Self.chosen(whole + Self(repeating: 1), whole, whole .< self)
  }
  @inline(__always)
  func within(_ least: Self, _ most: Self, slope: Self) -> (lot: Self, slope: Self) {
    let (low, high) = (self .< least, self .> most)
    let slope = Self.chosen(Self(repeating: 0), slope, low .| high)
    return (Self.chosen(most, Self.chosen(least, self, low), high), slope)
  }
  @inline(__always) func whereAboveZero(_ yes: Self, else no: Self) -> Self {
    Self.chosen(yes, no, self .> Self(repeating: 0))
  }
  /// Numbers pass for masks: those replace one another by three operations on bits.
  @inline(__always) private static func chosen(_ yes: Self, _ no: Self, _ isYes: Mask) -> Self {
    let (yes, no) = unsafe unsafeBitCast((yes, no), to: (Mask, Mask).self)
    return unsafe unsafeBitCast(no.replacing(with: yes, where: isYes), to: Self.self)
  }

  static func pass(_ block: PairBlock, _ prices: BlockPrices, hasLines: Bool) -> LimitSums {
    BlockPass<Self>.run(block, prices, hasLines: hasLines)
  }
}
