import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("The log of a shard at its primary")
final class ReplicaLogTests {
  private let b: NodeName
  private var now = Instant(milliseconds: 0)
  private var log = ReplicaLog(shard: 0, epoch: 1, end: .start, isUnproven: false)

  init() throws { b = try #require(NodeName("b")) }

  private func say(
    _ position: LogPosition, _ outcome: LogAppended.Outcome = .kept
  ) {
    let answer = LogAppended(
      shard: 0, epoch: 1, session: log.followers[b]?.session ?? 0, position: position,
      outcome: outcome)
    log.hear(answer, from: b, at: now)
  }

  private func pass(_ milliseconds: Int64) {
    now = now + milliseconds
    log.tick(at: now)
  }

  private func sent() -> [LogAppend] {
    defer { log.outbox = [] }
    return log.outbox.map { frame, _ in
      // Numbers are told apart where it matters.
      var frame = frame
      frame.session = 0
      return frame
    }
  }

  @Test("a new follower is asked, and gets what it lacks")
  func probe() {
    let entries = LogOfBytes(5)
    log.follow(followers: [b], learners: [], at: now)
    #expect(sent() == [LogAppend(shard: 0, epoch: 1, previous: .start)])
    log.append(entries.entries, at: now)
    #expect(sent().isEmpty, "it is not known where it is")
    say(.start)
    let frames = sent()
    #expect(frames.map(\.previous) == [.start] && frames.first?.pieces.count == 5)
    #expect(log.acknowledged == 0)
    say(entries.end)
    #expect(log.acknowledged == 5)
  }

  @Test("no frame is larger than a frame may be, whatever the entries weigh")
  func frames() {
    log.follow(followers: [b], learners: [], at: now)
    say(.start)
    var entries = LogOfBytes(0)
    let sizes = [
      1, Limits.pieceBytes, Limits.pieceBytes - 1, 7, Limits.pieceBytes + 1, 2, 3,
      Limits.pieceBytes / 2, Limits.pieceBytes / 2, Limits.pieceBytes / 2 - 8,
      3 * Limits.pieceBytes, 0, 0,
    ]
    for (index, size) in sizes.enumerated() {
      entries.append(Array(repeating: UInt8(index), count: size))
    }
    log.append(entries.entries, at: now)
    for _ in 0..<5_000 { entries.append([1]) }
    log.append(Array(entries.entries[sizes.count...]), at: now)
    var follower = FollowedLog(
      epoch: 1, primary: PeerAddress(node: b, endpoint: "", publicKey: ""), isLearner: false)
    follower.begin(at: .start, isWhole: true)
    var taken: [[UInt8]] = []
    for frame in sent() {
      #expect(Frame(.append(frame)).packed().count <= Limits.frameBytes)
      taken += follower.take(frame)
    }
    #expect(taken == entries.entries.map(\.bytes))
    #expect(follower.handed == entries.end)
  }

  @Test("no more is under way than the window, and more follows as it is acknowledged")
  func window() {
    log.follow(followers: [b], learners: [], at: now)
    say(.start)
    _ = sent()
    let entries = LogOfBytes(80, each: 100_000)
    log.append(entries.entries, at: now)
    let first = sent().flatMap(\.pieces).count
    #expect((40...44).contains(first))
    say(entries.position(10))
    #expect((9...12).contains(sent().flatMap(\.pieces).count))
  }

  @Test("what is not answered is sent again from where the follower is")
  func again() {
    log.follow(followers: [b], learners: [], at: now)
    say(.start)
    _ = sent()
    let entries = LogOfBytes(4)
    log.append(entries.entries, at: now)
    _ = sent()
    pass(500)
    #expect(sent().isEmpty)
    pass(600)
    #expect(sent().map(\.pieces.count) == [0], "it is asked first")
    say(entries.position(1))
    #expect(sent().map(\.previous) == [entries.position(1)])
  }

  @Test("a learner that cannot be gone on with is told to copy, from where it is")
  func mustCopy() {
    var resumed = ReplicaLog(
      shard: 0, epoch: 1, end: LogOfBytes(9).end, isUnproven: true)
    swap(&log, &resumed)
    log.follow(followers: [], learners: [b], at: now)
    _ = sent()
    let other = LogOfBytes(20, seed: 50)
    for position in [LogPosition.start, other.position(9), other.position(12)] {
      say(position)
      let word = LogAppend(shard: 0, epoch: 1, previous: position, mustCopy: true)
      #expect(sent() == [word])
      say(position)
      #expect(sent().isEmpty, "it is told at a pace")
      pass(300)
      _ = sent()
    }
    #expect(!log.isBehind, "a learner that has more is no witness")
    say(LogOfBytes(9).end)
    #expect(log.ready == [b])
  }

  @Test("what a learner said before it was told to copy counts for nothing that stands there later")
  func voidWord() {
    let entries = LogOfBytes(5)
    log.follow(followers: [], learners: [b], at: now)
    log.append(Array(entries.entries[..<2]), at: now)
    let before = LogAppended(
      shard: 0, epoch: 1, session: log.followers[b]?.session ?? 0, position: entries.end,
      outcome: .kept)
    log.hear(before, from: b, at: now)
    #expect(sent().last?.mustCopy == true, "it has entries that are not here")
    // It has dropped them; the same ones are sent again meanwhile.
    say(.start)
    log.append(Array(entries.entries[2...]), at: now)
    log.hear(before, from: b, at: now)
    #expect(log.acknowledged == 0 && log.ready.isEmpty)
    say(entries.end)
    #expect(log.acknowledged == 5 && log.ready == [b])
  }

  @Test("a learner is ready when it has what there was when the waiting began")
  func ready() {
    let entries = LogOfBytes(8)
    log.follow(followers: [], learners: [b], at: now)
    log.append(Array(entries.entries[..<5]), at: now)
    #expect(log.acknowledged == .max)
    say(entries.position(0))
    #expect(log.ready.isEmpty && log.acknowledged == 0)
    log.append(Array(entries.entries[5...]), at: now)
    say(entries.position(4))
    #expect(log.ready.isEmpty)
    say(entries.position(5))
    #expect(log.ready == [b])
    #expect(log.acknowledged == 5)
  }

  @Test("a learner that is not ready yet is not waited for any longer when it hangs")
  func hanging() {
    let entries = LogOfBytes(5)
    log.follow(followers: [], learners: [b], at: now)
    log.append(entries.entries, at: now)
    say(.start)
    #expect(log.acknowledged == 0)
    for _ in 0..<25 { pass(100) }
    #expect(log.acknowledged == .max && log.stalled(at: now).isEmpty)
  }

  @Test("a ready learner that has lost its data is ready no more, but is not told to drop either")
  func lost() {
    let entries = LogOfBytes(5)
    log.follow(followers: [], learners: [b], at: now)
    log.append(entries.entries, at: now)
    say(.start)
    say(entries.end)
    #expect(log.ready == [b])
    log.recent.reset(to: entries.end)
    _ = sent()
    for _ in 0..<20 {
      say(.start)
      pass(100)
    }
    #expect(log.ready.isEmpty && log.stalled(at: now) == [b])
    #expect(!sent().contains { $0.mustCopy })
  }

  @Test("a word from before that comes late changes nothing for long")
  func late() {
    let entries = LogOfBytes(5)
    log.follow(followers: [b], learners: [], at: now)
    log.append(entries.entries, at: now)
    say(.start)
    say(entries.end)
    say(entries.position(2))
    #expect(log.acknowledged == 5)
    pass(1_100)
    say(entries.end)
    pass(1_100)
    #expect(log.stalled(at: now).isEmpty && log.acknowledged == 5)
  }

  @Test("a follower with another log is stalled, not waited for in vain, and not told to copy")
  func otherLog() {
    let entries = LogOfBytes(5)
    log.follow(followers: [b], learners: [], at: now)
    log.append(entries.entries, at: now)
    for _ in 0..<6 {
      say(LogOfBytes(5, seed: 9).end)
      pass(100)
    }
    #expect(log.stalled(at: now) == [b] && log.acknowledged == 0)
    #expect(!sent().contains { $0.mustCopy })
  }

  @Test("a follower whose disk hangs is stalled although it answers")
  func stuck() {
    let entries = LogOfBytes(5)
    log.follow(followers: [b], learners: [], at: now)
    say(.start)
    log.append(entries.entries, at: now)
    for _ in 0..<52 {
      say(.start)
      pass(100)
    }
    #expect(log.stalled(at: now) == [b])
  }

  @Test("who was a follower and is to be a learner begins anew; a learner that follows goes on")
  func roles() {
    let entries = LogOfBytes(5)
    log.follow(followers: [], learners: [b], at: now)
    log.append(entries.entries, at: now)
    say(.start)
    say(entries.end)
    log.follow(followers: [b], learners: [], at: now)
    #expect(log.acknowledged == 5 && log.ready.isEmpty)
    log.follow(followers: [], learners: [b], at: now)
    #expect(log.acknowledged == .max && log.ready.isEmpty)
  }

  @Test("entries are counted by what they weigh, and forgotten from the oldest on")
  func counting() {
    var recent = RecentEntries(from: .start)
    let entries = LogOfBytes(500, each: 10)
    for entry in entries.entries { recent.append(entry) }
    let each = recent.bytes / 500
    for number in 0..<500 {
      #expect(recent.position(at: UInt64(number)) == entries.position(number))
      #expect(recent.bytes(behind: UInt64(number)) == each * (500 - number))
      recent.removeFirst()
      #expect(recent.bytes == each * (499 - number))
      #expect(recent.position(at: UInt64(number)) == nil)
    }
    #expect(recent.end == entries.end && recent.base == entries.end)
    recent.append(LogEntry(position: entries.end.after([1]), bytes: [1]))
    #expect(recent.entry(501)?.bytes == [1])
  }
}
