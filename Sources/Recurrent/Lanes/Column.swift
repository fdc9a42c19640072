/// Numbers (or lanes of them) by index. An index is checked in debug builds alone: a kernel asks
/// for one on every multiplication. Who makes a column frees it.
///
/// ARIMA has a column of the same kind with room on both sides. They are two because a generic type
/// is specialised where it stands: from another room each access would hang on what the optimizer
/// sees of it.
@safe struct Column<Element: Sendable> {
  private let base: UnsafeMutablePointer<Element>
  private let end: Int

  private init(base: UnsafeMutablePointer<Element>, end: Int) {
    unsafe self.base = unsafe base
    self.end = end
  }

  init(of zero: Element, count: Int) {
    unsafe base = .allocate(capacity: max(1, count))
    unsafe base.initialize(repeating: zero, count: max(1, count))
    end = count
  }

  func free() { unsafe base.deallocate() }

  /// The same numbers, counted from `index`.
  @inline(__always)
  func from(_ index: Int) -> Column { unsafe Column(base: base + index, end: end &- index) }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      assert(index >= 0 && index < end, "beyond a column")
      return unsafe base[index]
    }
    @inline(__always) nonmutating set {
      assert(index >= 0 && index < end, "beyond a column")
      unsafe base[index] = newValue
    }
  }
}

extension Column where Element: LaneVector {
  init(count: Int) { self.init(of: Element.all(0), count: count) }

  @inline(__always)
  func clear(_ count: Int) {
    let zero = Element.all(0)
    for index in 0..<count { self[index] = zero }
  }

  @inline(__always)
  func copy(_ other: Column, count: Int) {
    for index in 0..<count { self[index] = other[index] }
  }

  /// Puts the numbers into every lane.
  @inline(__always)
  func spread(_ numbers: [Float]) {
    for index in numbers.indices { self[index] = Element.all(numbers[index]) }
  }

  /// A lane's numbers, or to be. In memory, because a lane of a vector in a register is reached
  /// through memory anyway.
  subscript(index: Int, lane lane: Int) -> Float {
    @inline(__always) get {
      unsafe bytes(index).load(fromByteOffset: lane * 4, as: Float.self)
    }
    @inline(__always) nonmutating set {
      unsafe bytes(index).storeBytes(of: newValue, toByteOffset: lane * 4, as: Float.self)
    }
  }

  /// Where a vector stands.
  @inline(__always)
  func bytes(_ index: Int) -> UnsafeMutableRawPointer {
    assert(index >= 0 && index < end, "beyond a column")
    return unsafe UnsafeMutableRawPointer(base + index)
  }
}
