import Glibc

/// The windows of a series in each lane, four of each lane a block.
@safe struct OwnWindows<L: LaneVector> {
  let layout: WindowLayout
  private let starts: [UnsafePointer<Float>]
  private let counts: [Int]

  /// Where the rows of a table in each lane begin, and how many there are.
  init(_ layout: WindowLayout, _ starts: [UnsafePointer<Float>], counts: [Int]) {
    self.layout = layout
    unsafe self.starts = unsafe starts
    self.counts = counts
  }

  var blocks: Int { ((counts.max() ?? 0) + 3) / 4 }

  /// One over the number of windows; 0 where there are none.
  var share: L {
    var share = L.all(0)
    for (lane, count) in counts.enumerated() where count > 0 { share[lane] = 1 / Float(count) }
    return share
  }

  /// Puts a block into a network; rows of zeros where a lane has no more.
  func fill(_ network: LaneNetwork<L>, block: Int) {
    for window in 0..<4 {
      let row = block * 4 + window
      let rows = unsafe zip(starts, counts).map { start, count in
        unsafe start + (row < count ? row + 1 : 0) * layout.count
      }
      unsafe network.fill(window: window, LaneRows(rows), layout)
    }
  }
}

extension WindowTable {
  /// Hands on where each table's rows begin.
  static func withRows<Result>(
    _ tables: ArraySlice<WindowTable>, _ starts: [UnsafePointer<Float>],
    _ body: ([UnsafePointer<Float>]) -> Result
  ) -> Result {
    guard let table = tables.first else { return unsafe body(starts) }
    return unsafe table.withRows { start in
      unsafe withRows(tables.dropFirst(), starts + [start], body)
    }
  }

  /// The least mean loss of a window that there can be: 0, but for the part of Poisson's that no
  /// output changes.
  func floor(_ loss: LossShape) -> Double {
    guard loss.mean == .poisson, count > 0 else { return 0 }
    var sum = 0.0
    for index in 0..<count {
      let row = self[index]
      func number(_ place: Int) -> Double { Double(row[row.startIndex + place]) }
      var part = 0.0
      for (target, weight) in zip(layout.targets, layout.dayWeights) where number(weight) > 0 {
        let value = number(target)
        if value > 0 { part += number(weight) * (value - value * log(value)) }
      }
      sum += part * Double(loss.meanShare) * number(layout.meanWeight)
    }
    return sum / Double(count)
  }
}
