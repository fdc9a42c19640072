/// A row of numbers for each lane: where it begins. Who makes it holds the rows' memory meanwhile.
@safe struct LaneRows {
  private var starts: [UnsafePointer<Float>]

  init(_ starts: [UnsafePointer<Float>]) { unsafe self.starts = unsafe starts }

  /// Writes numbers of the rows into a column, number `first` + k of each lane's to place
  /// 4 k + `window`. As many numbers of a row as a line of the cache holds go at a time: one row
  /// after another would come by each line once a lane.
  @inline(__always)
  func spread<L: LaneVector>(
    from first: Int, count: Int, into column: Column<L>, window: Int
  ) {
    let (lanes, length) = (L.scalarCount, 16)
    let apart = 4 * lanes * MemoryLayout<Float>.stride
    for start in stride(from: 0, to: count, by: length) {
      let end = min(count, start + length)
      let target = unsafe column.bytes(start * 4 + window)
      for lane in 0..<lanes {
        let source = unsafe starts[lane] + (first + start)
        let place = unsafe target + lane * MemoryLayout<Float>.stride
        for number in 0..<(end - start) {
          unsafe place.storeBytes(of: source[number], toByteOffset: number * apart, as: Float.self)
        }
      }
    }
  }
}
