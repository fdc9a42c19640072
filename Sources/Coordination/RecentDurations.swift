/// How long the last things took.
struct RecentDurations: Sendable {
  /// How many are remembered.
  static let limit = 256

  private var milliseconds: [Int64] = []
  private var next = 0

  mutating func note(_ duration: Int64) {
    if milliseconds.count < Self.limit {
      milliseconds.append(duration)
    } else {
      milliseconds[next] = duration
      next = (next + 1) % Self.limit
    }
  }

  /// The middle one; nothing before there is any.
  var median: Int64? {
    milliseconds.isEmpty ? nil : milliseconds.sorted()[milliseconds.count / 2]
  }
}
