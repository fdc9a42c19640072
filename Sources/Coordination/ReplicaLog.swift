import Demand
import WireProtocol

/// The log of a shard at its primary: the recent entries, and how far each follower is.
///
/// An entry is acknowledged when every follower that is waited for has it durably. Waited for are
/// the followers that the orders name, and each learner from when it has nearly caught up; one that
/// has what there was when the waiting began has everything, and is *ready*. It is waited for from
/// then on whatever happens, until the orders say otherwise: the placement that names it may be on
/// its way to the disk.
///
/// | a follower's place   | becomes | when                                                      |
/// |----------------------|---------|-----------------------------------------------------------|
/// | unknown (`sent` nil) | known   | it says a position of this log whose entries are kept     |
/// | known                | unknown | nothing moves for a while; it says that it does not follow |
/// | any                  | lost    | it says a position that this log does not have or not keep |
/// | lost                 | known   | it says one that this log has                             |
///
/// Whoever is asked says where it is durably, so frames may be lost, doubled and late.
struct ReplicaLog: Sendable {
  /// What a follower is by the orders.
  enum Role: Sendable { case follower, learner }

  /// The entries that are sent before the first of them is acknowledged.
  static let windowBytes = 4 << 20
  /// A learner that lacks no more than this is waited for.
  static let nearBytes = 1 << 20
  /// How often a follower is asked whose place is not known, and one that is being copied to.
  static let askMilliseconds: Int64 = 250, copyingMilliseconds: Int64 = 1_000
  /// How long entries wait for an answer before they are sent again.
  static let againMilliseconds: Int64 = 1_000
  /// How often one is asked that has everything.
  static let idleMilliseconds: Int64 = 5_000
  /// After how long one counts as stalled: without a word, without progress, with another log.
  static let silentMilliseconds: Int64 = 2_000, stuckMilliseconds: Int64 = 5_000
  static let lostMilliseconds: Int64 = 500

  /// A follower, as its primary sees it.
  struct Follower: Sendable {
    var role: Role
    /// The number of what it is now, which its answers carry: what it said as something else, when
    /// it may have had other data, is void. It is another one from each word on that it must copy.
    var session: UInt64
    /// The number that the log had when it began to be waited for; nothing while it is not.
    var waitedFrom: UInt64?
    /// Whether it, a learner, was found to have everything.
    var isReady = false
    /// The furthest position of this log that it said it has.
    var acknowledged: LogPosition?
    /// Up to where entries were sent; nothing while it is not known where it is.
    var sent: LogPosition?
    /// What it said last is behind what it said before: an old word, or it lost something.
    var isDoubtful = false
    /// Whether it is being copied to.
    var isCopying = false
    /// When it said last that it keeps entries, when it had more last, when it was last asked how
    /// far it is.
    var heardAt: Instant
    var movedAt: Instant
    var askedAt: Instant?
    /// Where it was when it was told last that it must copy, and when that was.
    var told: (LogPosition, at: Instant)?
    /// Since when it lacks something; nothing while it has all.
    var behindSince: Instant?
    /// Since when it has another log, or one whose next entries are not kept.
    var lostSince: Instant?

    init(_ role: Role, session: UInt64, at now: Instant) {
      self.role = role
      self.session = session
      heardAt = now
      movedAt = now
      behindSince = now
    }

    /// Whether nothing is acknowledged without it.
    var isWaitedFor: Bool { role == .follower || waitedFrom != nil }

    /// Whether it is a learner that has everything.
    var hasAll: Bool { role == .learner && isReady && sent != nil && !isDoubtful }

    /// Whether it may not be given up without the coordinator's word.
    var isFirm: Bool { role == .follower || isReady }
  }

  let shard: Int
  let epoch: UInt64
  /// Whether the shard is what was found when the worker started: whatever a follower has beyond
  /// its end may have been lost here.
  let isUnproven: Bool
  var recent: RecentEntries
  var followers: [NodeName: Follower] = [:]
  /// The last number that was given to a follower; whoever holds the log sees to it that no other
  /// log has given it.
  var lastSession: UInt64 = 0
  /// Frames to send.
  var outbox: [(LogAppend, to: NodeName)] = []
  /// Whether a follower has what is not here.
  var isBehind = false

  /// A log that is served from a position on.
  init(shard: Int, epoch: UInt64, end: LogPosition, isUnproven: Bool) {
    self.shard = shard
    self.epoch = epoch
    self.isUnproven = isUnproven
    recent = RecentEntries(from: end)
  }

  /// The number up to which entries are acknowledged.
  var acknowledged: UInt64 {
    var number = UInt64.max
    for follower in followers.values where follower.isWaitedFor {
      number = min(number, follower.acknowledged?.number ?? 0)
    }
    return number
  }

  /// The bytes of entries that wait for followers.
  var waitingBytes: Int {
    let number = acknowledged
    return number == .max ? 0 : recent.bytes(behind: number)
  }

  /// Whether entries may be added. A log that is not proven may lack what its followers have:
  /// what it added before it heard from them would stand in the place of what is acknowledged.
  var isOpen: Bool {
    !isBehind
      && (!isUnproven
        || followers.values.allSatisfy { $0.role == .learner || $0.acknowledged != nil })
  }

  /// The learners that have everything and are waited for. None has while it is not known whether
  /// there is more than is here.
  var ready: [NodeName] {
    readyCount == 0 ? [] : followers.filter { $0.value.hasAll }.keys.sorted()
  }

  /// How many they are, which is asked at every change.
  var readyCount: Int { isOpen ? followers.values.count(where: \.hasAll) : 0 }

  /// Those that are waited for and do not keep up.
  func stalled(at now: Instant) -> [NodeName] {
    followers.filter { $0.value.isFirm && isStalled($0.value, at: now) }.keys.sorted()
  }

  func isStalled(_ follower: Follower, at now: Instant) -> Bool {
    // One that has more than the primary is not the one to blame.
    if let lost = follower.lostSince, !isBehind, now - lost >= Self.lostMilliseconds { return true }
    guard let behind = follower.behindSince else { return false }
    return now - max(behind, follower.heardAt) >= Self.silentMilliseconds
      || now - max(behind, follower.movedAt) >= Self.stuckMilliseconds && !isBehind
  }

  mutating func nextSession() -> UInt64 {
    lastSession &+= 1
    return lastSession
  }

  // MARK: Entries

  /// Takes entries that are durable here.
  mutating func append(_ entries: [LogEntry], at now: Instant) {
    guard let last = entries.last, last.position.number > recent.end.number else { return }
    guard !followers.isEmpty else { return recent.reset(to: last.position) }
    for entry in entries where entry.position.number > recent.end.number {
      if entry.position.number == recent.end.number + 1 {
        recent.append(entry)
      } else {
        // Never in one life of a shard; if so, what is kept is of no use.
        recent.reset(to: entry.position)
      }
    }
    for name in followers.keys.sorted() {
      if followers[name]?.behindSince == nil { followers[name]?.behindSince = now }
      sendMore(to: name, at: now)
    }
  }

  /// Forgets the oldest entry where it has this number and nobody who is waited for lacks it;
  /// whether it is gone.
  mutating func forget(_ number: UInt64) -> Bool {
    guard number > recent.base.number else { return true }
    guard number == recent.base.number + 1, number <= acknowledged else { return false }
    recent.removeFirst()
    return true
  }
}
