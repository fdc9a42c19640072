import Coordination

/// A worker's disk, and what is wrong with it.
struct SimulatedDisk {
  var clusterID: UInt64 = 0
  var shards: [Int: SimulatedShard] = [:]
  /// Until when it is full.
  var fullUntil = Instant(milliseconds: 0)
  /// Whether the next write that is made durable fails.
  var failsNextSync = false
  /// Whether one has failed: nothing is written until the process is started again.
  var isSyncBroken = false
  /// Whether what it calls durable may be lost by a crash.
  var isLying = false
  /// The shards before each of the last writes, where it lies.
  private var before: [[Int: SimulatedShard]] = []

  /// How many writes a lying disk may lose at the most.
  static let mostLost = 5

  mutating func noteWrite() {
    guard isLying else { return }
    before.append(shards)
    if before.count > Self.mostLost { before.removeFirst() }
  }

  /// Loses the last writes; whether that changed anything.
  mutating func loseWrites(_ count: Int) -> Bool {
    guard count > 0, let old = before.suffix(count).first else { return false }
    defer { before = [] }
    let isChanged = old != shards
    shards = old
    return isChanged
  }
}
