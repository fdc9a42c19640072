import Glibc

/// A policy at the setting of its knob at which it sells the wanted share of what is asked for.
struct FillMatch {
  var name: String
  var knob: Double
  var account: LoopAccount
  var isByValue = false

  /// How near the fill has to come.
  static let tolerance = 0.001
  private static let rounds = 12
  /// A step is no longer than so many of the first.
  private static let longestStep = 4.0

  var fill: Double { isByValue ? account.valueFill : account.fill }

  /// Searches the knob by secants of the odds of being served, which are nearly straight. A step
  /// that leads away is taken back by half, the other way: under limits more may serve less.
  static func search(
    _ name: String, fill: Double, byValue: Bool, from start: Double, step first: Double,
    _ live: (Double) -> LoopAccount
  ) -> FillMatch {
    func odds(_ fill: Double) -> Double { log(max(fill, 1e-6) / max(1 - fill, 1e-6)) }
    func match(_ knob: Double) -> FillMatch {
      FillMatch(name: name, knob: knob, account: live(knob), isByValue: byValue)
    }
    var best = match(start)
    var step = best.fill < fill ? first : -first
    for _ in 1..<rounds where abs(best.fill - fill) > tolerance {
      let next = match(best.knob + step)
      guard abs(next.fill - fill) < abs(best.fill - fill) else {
        step /= -2
        continue
      }
      let gain = (odds(next.fill) - odds(best.fill)) / step
      let wanted = gain > 0 ? (odds(fill) - odds(next.fill)) / gain : 2 * step
      step = max(-longestStep * first, min(longestStep * first, wanted))
      best = next
    }
    return best
  }
}
