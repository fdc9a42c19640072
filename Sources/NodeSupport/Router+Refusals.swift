public import Messaging

extension Router {
  /// What this router, its authenticator and whoever reads its frames have refused, by reason; what
  /// never happened is left out.
  public func refusals(
    _ authenticator: Authenticator, malformed: UInt64
  ) -> [String: UInt64] {
    let keys = authenticator.snapshot
    var counts = traffic.refusals
    counts["unlisted key"] = keys.refusedUnlisted
    counts["no key"] = keys.refusedMalformed
    counts["malformed"] = Int64(clamping: malformed)
    return counts.filter { $0.value > 0 }.mapValues(UInt64.init)
  }
}
