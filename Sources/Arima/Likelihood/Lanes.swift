import Glibc

/// Eight numbers side by side: eight sets of parameters of one series, or eight columns under one
/// set. Never two series, so that no series can touch another's result.
typealias Lanes = SIMD8<Double>

extension Lanes {
  /// `self + left * right`, rounded once, so that every processor gives the same bits.
  @inline(__always)
  func plus(_ left: Lanes, times right: Lanes) -> Lanes { addingProduct(left, right) }

  /// `self - left * right`, rounded once.
  @inline(__always)
  func minus(_ left: Lanes, times right: Lanes) -> Lanes { addingProduct(-left, right) }

  /// Whether every lane is within `bound` of 0.
  @inline(__always)
  func isWithin(_ bound: Double) -> Bool {
    all((self .<= Lanes(repeating: bound)) .& (self .>= Lanes(repeating: -bound)))
  }

  /// The natural logarithm of each lane.
  var logarithm: Lanes {
    var result = Lanes(repeating: 0)
    for lane in 0..<Lanes.scalarCount { result[lane] = log(self[lane]) }
    return result
  }
}

/// Numbers (or lanes of them) by index, with zeros on both sides, so that a recursion may look back
/// before the first and a sum may look on beyond the last.
///
/// An index is checked in debug builds alone: a kernel asks for one on every multiplication. Who
/// makes a column frees it.
@safe struct Column<Element: Sendable> {
  private let base: UnsafeMutablePointer<Element>
  private let first: Int
  private let end: Int

  private init(base: UnsafeMutablePointer<Element>, first: Int, end: Int) {
    unsafe self.base = unsafe base
    self.first = first
    self.end = end
  }

  init(of zero: Element, count: Int, before: Int = 0, after: Int = 0) {
    let size = max(1, before + count + after)
    let whole = UnsafeMutablePointer<Element>.allocate(capacity: size)
    unsafe whole.initialize(repeating: zero, count: size)
    unsafe base = whole + before
    first = -before
    end = size - before
  }

  func free() { unsafe (base + first).deallocate() }

  /// The same numbers, counted from `index`.
  @inline(__always)
  func from(_ index: Int) -> Column {
    unsafe Column(base: base + index, first: first - index, end: end - index)
  }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      assert(index >= first && index < end, "beyond a column")
      return unsafe base[index]
    }
    @inline(__always) nonmutating set {
      assert(index >= first && index < end, "beyond a column")
      unsafe base[index] = newValue
    }
  }
}

typealias LaneColumn = Column<Lanes>

extension LaneColumn {
  init(count: Int, before: Int = 0, after: Int = 0) {
    self.init(of: Lanes(repeating: 0), count: count, before: before, after: after)
  }
}

typealias NumberColumn = Column<Double>

extension NumberColumn {
  init(count: Int, before: Int = 0, after: Int = 0) {
    self.init(of: 0, count: count, before: before, after: after)
  }

  /// Eight numbers from `index` on.
  @inline(__always)
  func lanes(_ index: Int) -> Lanes {
    assert(index >= first && index + Lanes.scalarCount <= end, "beyond a column")
    return unsafe UnsafeRawPointer(base + index).loadUnaligned(as: Lanes.self)
  }

  /// The sum of products of `count` pairs, in an order that is the same on every machine.
  static func product(_ left: NumberColumn, _ right: NumberColumn, count: Int) -> Double {
    let zero = Lanes(repeating: 0)
    var (a, b) = (zero, zero)
    var index = 0
    while index + 16 <= count {
      a = a.plus(left.lanes(index), times: right.lanes(index))
      b = b.plus(left.lanes(index + 8), times: right.lanes(index + 8))
      index += 16
    }
    var sum = (a + b).sum()
    while index < count {
      sum = sum.addingProduct(left[index], right[index])
      index += 1
    }
    return sum
  }
}
