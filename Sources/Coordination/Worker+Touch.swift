public import WireProtocol

/// How a worker keeps in touch with the coordinator.
extension Worker {
  /// How soon the coordinator hears what it waits for.
  private static let newsMilliseconds: Int64 = 100
  /// A welcome may also be unasked, and say nothing of the key; of two one was asked for.
  static let greetingsOfKey = 2
  /// How often it is told what is held here and is in no orders.
  private static let namingMilliseconds: Int64 = 5_000

  /// Greets until it is welcome, then says regularly that it is alive.
  mutating func keepTouch(at now: Instant) {
    let pause = hasNews || greetingsLeft > 0 ? Self.newsMilliseconds : start.heartbeatMilliseconds
    if let last = lastHeartbeat, now - last < pause { return }
    lastHeartbeat = now
    hasNews = false
    guard isMember else { return greet() }
    let isDue = namedAt.map { now - $0 >= Self.namingMilliseconds } ?? true
    if greetingsLeft > 0 || isDue && !unnamedShards.isEmpty {
      greet()
      namedAt = now
    }
    tell(
      .heartbeat(
        Heartbeat(
          node: start.node, incarnation: start.incarnation, ordersVersion: appliedOrders,
          unitsInHand: Array(
            Set(units.keys).union(reporting).sorted().prefix(Limits.unitsInHand)),
          documentVersion: document.version, networkVersion: network.run, teaching: attemptInHand,
          isLeaving: isLeaving, ready: followers(\.ready),
          stalled: followers { $0.stalled(at: now) }, damaged: damagedShards, gauges: gauges)))
  }

  /// Presents itself, with all that it holds.
  mutating func greet() { output.append(.tellCoordinator(greeting)) }

  /// How the worker presents itself to whoever may be the coordinator.
  public var greeting: Frame {
    // What is on its way to the disk may be there by when the coordinator looks, or never: it has
    // no epoch yet.
    let held = keeping.values.joined().reduce(into: kept) { held, entry in
      held[entry.shard] = held[entry.shard] ?? 0
    }.sorted { $0.key < $1.key }.map { HeldShard(shard: $0.key, epoch: $0.value) }
    let hello = Hello(
      node: start.node, incarnation: start.incarnation, clusterID: clusterID,
      endpoint: start.endpoint, publicKey: start.publicKey, credits: start.credits,
      held: held, host: start.host, program: start.program)
    return Frame(request: start.incarnation, .hello(hello))
  }
}
