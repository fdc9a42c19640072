import Glibc
import TestSupport

@testable import Recurrent

/// Series with a weekly pattern and a level of their own, as windows.
struct SimulatedSales {
  static let shape = NetworkShape(
    inputs: 3, hidden: 8, steps: 14, headUnits: 8, statics: 2, features: 3, days: 7, outputs: 4)
  static let loss = LossShape(mean: .poisson, meanShare: 2, levels: [0.1, 0.5, 0.9])
  static let layout = WindowLayout(shape)

  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Sales of a day: its mean times something between a half and three halves.
  mutating func series(days: Int, level: Double, weekly: Double) -> [Double] {
    (0..<days).map { day in
      level * (1 + weekly * sin(2 * Double.pi * Double(day) / 7)) * (0.5 + random.uniform())
    }
  }

  /// The window that ends before a day of a series.
  static func append(_ series: [Double], before day: Int, to table: inout WindowTable) {
    let past = series[(day - shape.steps)..<day]
    let scale = max(0.1, past.reduce(0, +) / Double(past.count))
    func season(_ day: Int) -> (Float, Float) {
      let angle = 2 * Double.pi * Double(day) / 7
      return (Float(sin(angle)), Float(cos(angle)))
    }
    table.append { row in
      row[layout.meanWeight] = 1
      row[layout.statics.lowerBound] = Float(log(scale) / 2)
      row[layout.statics.lowerBound + 1] = 1
      for step in 0..<shape.steps {
        let place = layout.inputs(step).lowerBound
        row[place] = Float(log1p(past[past.startIndex + step] / scale))
        (row[place + 1], row[place + 2]) = season(day - shape.steps + step)
      }
      for ahead in 0..<shape.days {
        let place = layout.features(ahead).lowerBound
        (row[place], row[place + 1]) = season(day + ahead)
        row[place + 2] = Float(ahead) / Float(shape.days)
        row[layout.targets.lowerBound + ahead] = Float(series[day + ahead] / scale)
        row[layout.dayWeights.lowerBound + ahead] = 1 / Float(shape.days)
        row[layout.bases.lowerBound + ahead] = 1
      }
    }
  }

  /// Windows of many series: `count` in all.
  mutating func batch(_ count: Int) -> WindowTable {
    var table = WindowTable(Self.layout, capacity: count)
    for _ in 0..<count {
      let level = 1 + 20 * random.uniform()
      let days = series(days: 28, level: level, weekly: 0.6)
      Self.append(days, before: 14 + Int(random.next() % 8), to: &table)
    }
    return table
  }

  /// All windows of one series whose days ahead lie in a range.
  static func windows(_ series: [Double], _ range: Range<Int>) -> WindowTable {
    var table = WindowTable(layout)
    for day in range { append(series, before: day, to: &table) }
    return table
  }
}

extension WindowTable {
  /// The windows as the oracle reads them.
  var scalarWindows: [ScalarNetwork<Double>.Window] {
    let shape = layout.shape
    return (0..<count).map { index in
      let row = self[index].map(Double.init)
      return .init(
        inputs: (0..<shape.steps).map { Array(row[layout.inputs($0)]) },
        statics: Array(row[layout.statics]),
        features: (0..<shape.days).map { Array(row[layout.features($0)]) },
        targets: Array(row[layout.targets]), dayWeights: Array(row[layout.dayWeights]),
        bases: Array(row[layout.bases]), meanWeight: row[layout.meanWeight])
    }
  }

  /// Rows of numbers within -1..<1; days count 0, 1/2 or 1.
  init(random shape: NetworkShape, seed: UInt64, count: Int) {
    var random = SplitMix64(seed: seed)
    let layout = WindowLayout(shape)
    self.init(layout)
    for _ in 0..<count {
      append { row in
        for index in 0..<layout.count { row[index] = Float(random.uniform() * 2 - 1) }
        for index in layout.dayWeights { row[index] = Float(random.next() % 3) / 2 }
        row[layout.meanWeight] = Float(random.uniform())
      }
    }
  }
}
