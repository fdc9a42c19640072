/// Asks again and again until something is so, for far longer than it should take; what cannot be
/// found out yet is not so.
public func eventually(
  within limit: Duration = .seconds(60), _ condition: () throws -> Bool
) async -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if (try? condition()) == true { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  // Where other tests had all threads meanwhile, nobody may have looked since the beginning.
  return (try? condition()) == true
}
