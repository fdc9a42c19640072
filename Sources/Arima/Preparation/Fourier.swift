import Glibc

/// Sine and cosine columns of a season: a smooth yearly shape from a few regressors.
struct Fourier: Equatable, Sendable {
  /// The points in a season.
  let season: Int
  /// How many harmonics; at most half the season.
  let harmonics: Int

  /// Makes a description of the columns.
  init(season: Int, harmonics: Int) {
    precondition(season > 1 && harmonics >= 0 && 2 * harmonics <= season, "at most m / 2 harmonics")
    self.season = season
    self.harmonics = harmonics
  }

  /// Two columns a harmonic; at half the season the sine is zero everywhere and is left out.
  var columnCount: Int { 2 * harmonics - (2 * harmonics == season ? 1 : 0) }

  /// `S1-7`, `C1-7`, `S2-7`, ...: the columns' names in their order.
  var names: [String] {
    (1..<(harmonics + 1)).flatMap { harmonic in
      (2 * harmonic == season ? [] : ["S\(harmonic)-\(season)"]) + ["C\(harmonic)-\(season)"]
    }
  }

  /// The columns `sin(2 pi k t / m)` and `cos(2 pi k t / m)` for k = 1...harmonics at the points t
  /// (which may be negative), each as exact at point 1,000,000 as at point 1: sines repeat after a
  /// season, so they are read from one season's table by whole-number steps.
  func columns(_ points: ClosedRange<Int>) -> [[Double]] {
    let angles = (0..<season).map { 2 * Double.pi * Double($0) / Double(season) }
    let sines = angles.map { sin($0) }
    let cosines = angles.map { cos($0) }
    let phase = (points.lowerBound % season + season) % season
    var result: [[Double]] = []
    result.reserveCapacity(columnCount)
    for harmonic in 1..<(harmonics + 1) {
      let start = phase * harmonic % season
      for table in 2 * harmonic == season ? [cosines] : [sines, cosines] {
        var index = start
        var column = [Double](repeating: 0, count: points.count)
        for point in column.indices {
          column[point] = table[index]
          index += harmonic
          if index >= season { index -= season }
        }
        result.append(column)
      }
    }
    return result
  }
}
