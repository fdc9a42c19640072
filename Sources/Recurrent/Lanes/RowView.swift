/// The numbers of a row in memory that someone else holds meanwhile.
@safe struct RowView {
  private let start: UnsafePointer<Float>
  private let count: Int

  init(_ start: UnsafePointer<Float>, count: Int) {
    unsafe self.start = unsafe start
    self.count = count
  }

  subscript(index: Int) -> Float {
    @inline(__always) get {
      assert(index >= 0 && index < count, "beyond a row")
      return unsafe start[index]
    }
  }
}
