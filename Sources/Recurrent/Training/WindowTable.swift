/// Windows as rows of numbers, one after another, as the layout has them: from who knows series to
/// who knows lanes.
package struct WindowTable: Equatable, Sendable {
  package let layout: WindowLayout
  package private(set) var count = 0
  /// The windows' rows behind one of zeros, which fills up blocks: a window whose days count
  /// nothing.
  private var numbers: [Float]

  package init(_ layout: WindowLayout, capacity: Int = 0) {
    self.layout = layout
    numbers = Array(repeating: 0, count: layout.count)
    numbers.reserveCapacity((capacity + 1) * layout.count)
  }

  /// Adds a window; its row is of zeros until it is filled.
  package mutating func append(_ fill: (_ row: inout MutableSpan<Float>) -> Void) {
    numbers.append(contentsOf: repeatElement(0, count: layout.count))
    count += 1
    let range = place(count - 1)
    var all = numbers.mutableSpan
    var row = all._mutatingExtracting(range)
    fill(&row)
  }

  /// Adds a window of another table of the same layout.
  package mutating func append(_ row: Int, of other: WindowTable) {
    precondition(other.layout.count == layout.count, "a row of another length")
    numbers.append(contentsOf: other.numbers[other.place(row)])
    count += 1
  }

  /// The row of a window.
  package subscript(row: Int) -> ArraySlice<Float> { numbers[place(row)] }

  /// Forgets the windows and keeps the room.
  package mutating func removeAll() {
    numbers.removeSubrange(layout.count...)
    count = 0
  }

  private func place(_ row: Int) -> Range<Int> {
    precondition(row >= 0 && row < count, "window \(row) of \(count)")
    return ((row + 1) * layout.count)..<((row + 2) * layout.count)
  }

  /// Rows as lanes read them: the zeros at 0, window k at k + 1.
  func withRows<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
    unsafe numbers.withUnsafeBufferPointer { all in
      // There is always the row of zeros.
      guard let base = all.baseAddress else { preconditionFailure("a table without a row") }
      return unsafe body(base)
    }
  }
}
