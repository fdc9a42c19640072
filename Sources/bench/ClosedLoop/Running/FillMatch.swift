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

  /// Searches the knob by secants of the odds of being served, which are nearly straight. Where
  /// more of the knob serves less, as limits make it, steps turn back and become shorter.
  static func search(
    _ name: String, fill: Double, byValue: Bool, from start: Double, step first: Double,
    _ live: (Double) -> LoopAccount
  ) -> FillMatch {
    func odds(_ fill: Double) -> Double { log(max(fill, 1e-6) / max(1 - fill, 1e-6)) }
    func match(_ knob: Double) -> FillMatch {
      FillMatch(name: name, knob: knob, account: live(knob), isByValue: byValue)
    }
    var before = match(start)
    var best = before
    var longest = Self.longestStep
    var step = before.fill < fill ? first : -first
    for _ in 1..<rounds where abs(best.fill - fill) > tolerance {
      let next = match(before.knob + step)
      let gain = (odds(next.fill) - odds(before.fill)) / (next.knob - before.knob)
      if abs(next.fill - fill) < abs(best.fill - fill) { best = next }
      if gain > 0 {
        let wanted = (odds(fill) - odds(next.fill)) / gain
        step = max(-longest * first, min(longest * first, wanted))
        before = next
      } else {
        longest /= 4
        step /= 3
      }
    }
    return best
  }
}
