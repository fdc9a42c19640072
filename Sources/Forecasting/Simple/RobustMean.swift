import Packing

/// The mean of the last eight weeks without the highest and the lowest of them: what is left when
/// no other model takes a series. It takes every history, an empty one too, and has no parameters.
struct RobustMean: FittedModel {
  static let blockDays = 7
  static let blockCount = 8

  var summary: String { "trimmed mean of the last \(Self.blockCount) weeks" }
  var isSmooth: Bool { true }

  func pack(into writer: inout ByteWriter) {}

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    origins.map { origin in
      let recent = Self.recent(history, before: origin)
      let mean = Self.mean(recent)
      let squares = recent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Path(
        mean: [Double](repeating: mean, count: horizon),
        independentVariance: recent.isEmpty ? 0 : squares / Double(recent.count))
    }
  }

  /// The last observed days before an origin, the latest first; missing days are passed over.
  private static func recent(_ history: History, before origin: Int) -> [Double] {
    var recent: [Double] = []
    var day = origin
    while day > 0, recent.count < blockDays * blockCount {
      day -= 1
      if history.weights[day] > 0 { recent.append(history.values[day]) }
    }
    return recent
  }

  private static func mean(_ recent: [Double]) -> Double {
    var blocks = stride(from: 0, to: recent.count, by: blockDays).map { first in
      let block = recent[first..<min(first + blockDays, recent.count)]
      return block.reduce(0, +) / Double(block.count)
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
