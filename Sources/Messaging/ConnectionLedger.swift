/// What the connections of a router take of memory: a pure value, which says which to cut off.
///
/// libzmq bounds the messages that wait for a peer and from it, and a part; not their bytes over
/// all peers, not the parts of a message, not the connections. What it has taken off the wire and
/// not handed out, and what it was given and the other end has not acknowledged, is in its memory:
/// the kernel counts the one end of both, this program the other.
///
/// Heartbeats pass without this program's knowing, so a backlog is the sum of differences that
/// never falls below zero, less what heartbeats are at most.
struct ConnectionLedger {
  /// What is allowed.
  struct Limits: Equatable {
    var connections: Int
    /// Bytes in memory of one connection, in either direction, and of all.
    var inwardBytes = 32 << 20, outwardBytes = 16 << 20, bytesOfAll = 256 << 20
    /// What one may always have, however much the others take.
    var leastOutwardBytes = 1 << 20
    /// How long somebody may read nothing of what is too much.
    var slowMilliseconds: Int64 = 5_000
    /// How long a connection may take to say its first word before others may have its place.
    var muteMilliseconds: Int64 = 100
    /// What heartbeats come to in a second, at most.
    var heartbeatBytesASecond: Int64 = 1_024
  }

  /// Why a connection is cut off.
  enum Reason: Hashable {
    /// There are too many, and this one was not heard for the longest time.
    case crowded
    /// It sends more than is taken from it, or a message that does not end.
    case endless
    /// It asks for more than it reads.
    case slowReader
  }

  fileprivate struct Entry {
    var cookie: UInt64
    var peer: RoutingID?
    var since: Int64
    /// When a message came last.
    var heardAt: Int64?
    /// Bytes of the wire that were handed out and given since the last look.
    var takenBytes: Int64 = 0, givenBytes: Int64 = 0
    var seen = TCPCounts(received: 0, acknowledged: 0)
    var seenAt: Int64
    var inward: Int64 = 0, outward: Int64 = 0
    /// Since when it has more outward than it may and reads nothing.
    var stuckSince: Int64?
  }

  let limits: Limits
  private var entries: [Int32: Entry] = [:]
  private var descriptors: [RoutingID: Int32] = [:]
  private var outwardOfAll: Int64 = 0
  /// How many were cut off, by reason.
  private(set) var cut: [Reason: Int64] = [:]

  init(_ limits: Limits) { self.limits = limits }

  /// How many connections there are.
  var count: Int { entries.count }

  // MARK: What happens

  mutating func began(_ descriptor: Int32, cookie: UInt64, at now: Int64) {
    // Of the one that had the number before only the end was not heard yet.
    ended(descriptor)
    entries[descriptor] = Entry(cookie: cookie, since: now, seenAt: now)
  }

  mutating func ended(_ descriptor: Int32) {
    guard let entry = entries.removeValue(forKey: descriptor) else { return }
    if let peer = entry.peer { descriptors[peer] = nil }
  }

  /// A message, or a part of one that is thrown away, came over a connection.
  mutating func took(
    _ bytes: Int, from peer: RoutingID?, over descriptor: Int32, at now: Int64
  ) {
    guard entries[descriptor] != nil else { return }
    entries[descriptor]?.takenBytes += Int64(bytes)
    entries[descriptor]?.heardAt = now
    guard let peer, entries[descriptor]?.peer != peer else { return }
    if let old = entries[descriptor]?.peer { descriptors[old] = nil }
    entries[descriptor]?.peer = peer
    descriptors[peer] = descriptor
  }

  /// A message was given to libzmq for a peer.
  mutating func gave(_ bytes: Int, to peer: RoutingID) {
    guard let descriptor = descriptors[peer] else { return }
    entries[descriptor]?.givenBytes += Int64(bytes)
    outwardOfAll += Int64(bytes)
  }

  /// Whether a peer has so much that it has not read that it gets nothing more for now.
  func isFull(_ peer: RoutingID) -> Bool {
    guard let descriptor = descriptors[peer], let entry = entries[descriptor] else { return false }
    let own = entry.outward + entry.givenBytes
    guard own >= limits.leastOutwardBytes else { return false }
    return own >= limits.outwardBytes || outwardOfAll >= limits.bytesOfAll / 2
  }

  // MARK: Looking

  /// Compares with what the kernel says, and names the connections to be cut off.
  mutating func look(
    at now: Int64, counts: (Int32, UInt64) -> TCPCounts?
  ) -> [(descriptor: Int32, cookie: UInt64)] {
    for descriptor in Array(entries.keys) {
      guard let entry = entries[descriptor] else { continue }
      guard let new = counts(descriptor, entry.cookie) else {
        // It is gone, or is no TCP connection: libzmq says when it ends.
        entries[descriptor]?.takenBytes = 0
        entries[descriptor]?.givenBytes = 0
        continue
      }
      entries[descriptor]?.take(new, limits, at: now)
    }
    outwardOfAll = entries.values.reduce(0) { $0 + $1.outward }
    var doomed: [Int32: Reason] = [:]
    judgeBacklogs(&doomed, at: now)
    judgeCrowd(&doomed, at: now)
    return doomed.sorted { $0.key < $1.key }.map { descriptor, reason in
      cut[reason, default: 0] += 1
      let cookie = entries[descriptor]?.cookie ?? 0
      ended(descriptor)
      return (descriptor, cookie)
    }
  }

  private func judgeBacklogs(_ doomed: inout [Int32: Reason], at now: Int64) {
    for (descriptor, entry) in entries {
      if entry.inward > limits.inwardBytes { doomed[descriptor] = .endless }
      if let since = entry.stuckSince, now - since >= limits.slowMilliseconds {
        doomed[descriptor] = .slowReader
      }
    }
    // Of all that are left the largest go, until there is room for the others.
    var left = entries.filter { doomed[$0.key] == nil }
    var sum = left.values.reduce(0) { $0 + $1.inward + $1.outward }
    while sum > limits.bytesOfAll {
      let worst = left.max { ($0.value.backlog, $0.key) < ($1.value.backlog, $1.key) }
      guard let worst else { return }
      sum -= worst.value.backlog
      left[worst.key] = nil
      doomed[worst.key] = worst.value.inward > worst.value.outward ? .endless : .slowReader
    }
  }

  private func judgeCrowd(_ doomed: inout [Int32: Reason], at now: Int64) {
    var excess = entries.count - doomed.count - limits.connections
    guard excess > 0 else { return }
    let left = entries.filter { doomed[$0.key] == nil }
    // First those that never said anything, the oldest first; then whoever was silent for longest.
    let mute = left.filter { $0.value.heardAt == nil }
      .sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
    // Somebody may be shaking hands: those that just came go last among the mute.
    let late = mute.filter { now - $0.value.since >= limits.muteMilliseconds }
    let fresh = mute.filter { now - $0.value.since < limits.muteMilliseconds }
    let heard = left.filter { $0.value.heardAt != nil }.sorted {
      ($0.value.heardAt ?? 0, $0.key) < ($1.value.heardAt ?? 0, $1.key)
    }
    for (descriptor, _) in late + fresh + heard where excess > 0 {
      doomed[descriptor] = .crowded
      excess -= 1
    }
  }
}

extension ConnectionLedger.Entry {
  fileprivate var backlog: Int64 { inward + outward }

  fileprivate mutating func take(
    _ new: TCPCounts, _ limits: ConnectionLedger.Limits, at now: Int64
  ) {
    let heartbeats = limits.heartbeatBytesASecond * max(0, now - seenAt) / 1_000
    let came = Int64(clamping: new.received &- seen.received)
    let read = Int64(clamping: new.acknowledged &- seen.acknowledged)
    inward = max(0, inward + came - takenBytes - heartbeats)
    outward = max(0, outward + givenBytes - read)
    if outward < limits.leastOutwardBytes || read > heartbeats {
      stuckSince = nil
    } else if stuckSince == nil {
      stuckSince = now
    }
    (takenBytes, givenBytes, seen, seenAt) = (0, 0, new, now)
  }
}
