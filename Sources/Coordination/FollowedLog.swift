import Demand
import WireProtocol

/// The log of a shard at one of its followers.
struct FollowedLog: Sendable {
  /// | phase     | becomes   | when                                                           |
  /// |-----------|-----------|----------------------------------------------------------------|
  /// | waiting   | following | the epoch is durable, and nothing of before is under way       |
  /// | following | copying   | it is a learner, and the primary says that it must copy        |
  /// | copying   | following | the copy is durable, and with it the epoch                     |
  /// | any       | waiting   | the epoch or the primary becomes another one                   |
  enum Phase: Sendable { case waiting, following, copying }

  /// The epoch of the orders, and who sends the log.
  var epoch: UInt64
  var primary: PeerAddress
  /// Whether the copy is only being made.
  var isLearner: Bool
  var phase = Phase.waiting
  /// Whether it is known to be no less than what was acknowledged: it may be read from.
  var isWhole = false
  /// The end of the log that the primary named first. What was acknowledged before is no further,
  /// and nothing since without this follower.
  private var firstEnd: UInt64?
  /// The furthest number at which the primary said it is, and whether what is here was found to be
  /// a part of its log.
  private var furthest: UInt64 = 0
  private var isPart = false
  /// Up to where entries were handed to the store.
  var handed = LogPosition.start
  /// Where the primary was heard from last.
  var address: Address?
  /// The number that the primary gave last to what this is to it.
  var session: UInt64 = 0
  /// Why the store did not take entries, or empty.
  var failure = ""
  /// When it did not the last time.
  var failedAt: Instant?
  private var assembly = EntryAssembly()

  init(epoch: UInt64, primary: PeerAddress, isLearner: Bool) {
    self.epoch = epoch
    self.primary = primary
    self.isLearner = isLearner
  }

  /// Begins to take entries behind what is durable.
  mutating func begin(at position: LogPosition, isWhole: Bool) {
    phase = .following
    handed = position
    self.isWhole = isWhole
    firstEnd = nil
    failure = ""
    failedAt = nil
    assembly = EntryAssembly()
  }

  /// Whether a log that is durable up to a number has all that its primary was heard to have.
  func isProven(at number: UInt64) -> Bool { isPart && number >= furthest }

  /// Takes note of how far the log is durable, which may make it whole.
  mutating func reached(_ number: UInt64) {
    if isPart, let firstEnd, number >= firstEnd { isWhole = true }
  }

  /// How long after a failure entries are not asked for.
  static let failureMilliseconds: Int64 = 1_000

  /// Whether the store did not take entries just now. A while later they may be sent again: nobody
  /// else would find out that there is room.
  func isFailing(at now: Instant) -> Bool {
    guard let failedAt, !failure.isEmpty else { return false }
    return now - failedAt < Self.failureMilliseconds
  }

  /// Takes entries: those that are new, which are behind what was handed to the store before.
  /// Entries that are known, that leave a gap or that are of another log are left out.
  mutating func take(_ append: LogAppend) -> [[UInt8]] {
    var place = append.previous
    furthest = max(furthest, place.number)
    if place == handed { isPart = true }
    var entries: [[UInt8]] = []
    for piece in append.pieces {
      guard place.number < handed.number || place == handed else { break }
      let entry: [UInt8]
      switch assembly.take(piece, behind: place) {
      case .whole(let bytes): entry = bytes
      case .more: continue
      case .torn: return entries
      }
      place = place.after(entry)
      if place.number > handed.number {
        handed = place
        entries.append(entry)
      } else if place.number == handed.number, place != handed {
        break
      }
    }
    if append.pieces.isEmpty, firstEnd == nil { firstEnd = append.previous.number }
    return entries
  }
}
