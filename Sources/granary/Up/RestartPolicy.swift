/// When a process that ended by itself is started again, and when it is no use.
struct RestartPolicy {
  /// A process that ran for longer was all right once: it starts with a clean record.
  static let quickMilliseconds: Int64 = 30_000
  /// That many quick deaths in a row, and it is given up.
  static let mostQuickDeaths = 5

  enum Decision: Equatable {
    case start(afterMilliseconds: Int64)
    case giveUp
  }

  /// The pause before the first start after a death; it doubles with each quick one.
  private let pauseMilliseconds: Int64
  private var quickDeaths = 0

  init(pauseMilliseconds: Int64 = 500) { self.pauseMilliseconds = pauseMilliseconds }

  /// Notes a death after so long a life.
  mutating func died(afterMilliseconds life: Int64) -> Decision {
    quickDeaths = life < Self.quickMilliseconds ? quickDeaths + 1 : 0
    guard quickDeaths < Self.mostQuickDeaths else { return .giveUp }
    return .start(afterMilliseconds: pauseMilliseconds << max(0, quickDeaths - 1))
  }
}
