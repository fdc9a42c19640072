import Packing

/// The mean of the last eight weeks without the highest and the lowest of them: what is left when no
/// other model takes a series. It takes every history, an empty one too, and has no parameters.
struct RobustMean: FittedModel {
  static let blockDays = 7
  static let blockCount = 8

  var summary: String { "trimmed mean of the last \(Self.blockCount) weeks" }
  var isSmooth: Bool { true }

  func pack(into writer: inout ByteWriter) {}

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    origins.map { origin in
      let first = max(0, origin - Self.blockDays * Self.blockCount)
      let mean = Self.mean(history, days: first..<origin)
      var squares = 0.0
      var observed = 0.0
      for day in first..<origin {
        let error = history.values[day] - mean
        squares += history.weights[day] * error * error
        observed += history.weights[day]
      }
      return Path(
        mean: [Double](repeating: mean, count: horizon),
        independentVariance: observed > 0 ? squares / observed : 0)
    }
  }

  private static func mean(_ history: History, days: Range<Int>) -> Double {
    var blocks: [Double] = []
    var end = days.upperBound
    while end > days.lowerBound {
      let block = max(days.lowerBound, end - blockDays)..<end
      end = block.lowerBound
      let observed = block.reduce(0) { $0 + history.weights[$1] }
      guard observed > 0 else { continue }
      blocks.append(block.reduce(0) { $0 + history.values[$1] } / observed)
    }
    blocks.sort()
    // With fewer than five weeks each of them counts.
    let kept = blocks.count >= 5 ? blocks[1..<(blocks.count - 1)] : blocks[...]
    return kept.isEmpty ? 0 : kept.reduce(0, +) / Double(kept.count)
  }
}

struct FallbackFamily: ModelFamily {
  let name = ModelName.fallback

  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel { RobustMean() }

  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel { RobustMean() }
}
