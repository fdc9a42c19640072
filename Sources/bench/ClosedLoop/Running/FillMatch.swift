/// A policy at the setting of its knob at which it sells the wanted share of what is asked for.
struct FillMatch {
  var name: String
  var knob: Double
  var account: LoopAccount

  /// How near the fill has to come.
  static let tolerance = 0.0005
  private static let rounds = 14

  /// Searches a knob with which the fill rises, in a range.
  static func search(
    _ name: String, fill: Double, byValue: Bool, in range: ClosedRange<Double>,
    _ live: (Double) -> LoopAccount
  ) -> FillMatch {
    var (low, high) = (range.lowerBound, range.upperBound)
    var best: FillMatch?
    var least = Double.infinity
    for _ in 0..<rounds {
      let knob = (low + high) / 2
      let account = live(knob)
      let error = (byValue ? account.valueFill : account.fill) - fill
      if abs(error) < least {
        least = abs(error)
        best = FillMatch(name: name, knob: knob, account: account)
      }
      if least <= tolerance { break }
      if error < 0 { low = knob } else { high = knob }
    }
    guard let best else { preconditionFailure("a search has rounds") }
    return best
  }
}
