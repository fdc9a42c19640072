import ClusterStore
import Packing
import Storage
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import CoordinatorNode

/// A seat that answers what it is told to.
private final class ScriptedSeat: LeaderSeat {
  enum Answer: Sendable { case mine, others, silence }

  private struct State: Sendable {
    var answer: Answer
    var claims = 0
    var renewals = 0
    var resignations = 0
    var announced: [[UInt8]] = []
  }

  private let state: Locked<State>
  private let clock = MonotonicClock()

  init(_ answer: Answer) { state = Locked(State(answer: answer)) }

  var renewals: Int { state.withLock { $0.renewals } }
  var claims: Int { state.withLock { $0.claims } }
  var resignations: Int { state.withLock { $0.resignations } }
  func answer(_ answer: Answer) { state.withLock { $0.answer = answer } }

  func standbys() -> [[UInt8]] { [] }
  func announce(_ card: [UInt8], _ term: SeatTerm) { state.withLock { $0.announced.append(card) } }
  var announced: [[UInt8]] { state.withLock { $0.announced } }
  func resign() { state.withLock { $0.resignations += 1 } }

  func claim(_ card: [UInt8]) throws(StorageError) -> SeatClaim {
    let (answer, term) = state.withLock { state in
      state.claims += 1
      return (state.answer, SeatTerm(number: UInt64(state.claims)))
    }
    switch answer {
    case .mine: return .taken(term, until: clock.now + 3_600_000)
    case .others: return .held(card: [])
    case .silence: throw Self.silence
    }
  }

  func renew(_ term: SeatTerm) throws(StorageError) -> Moment? {
    let answer = state.withLock { state in
      state.renewals += 1
      return state.answer
    }
    switch answer {
    case .mine: return clock.now + 3_600_000
    case .others: return nil
    case .silence: throw Self.silence
    }
  }

  private static let silence = StorageError(path: "etcd", kind: .unreachable, message: "silence")
}

@Suite("The keeper of the seat")
struct SeatKeeperTests {
  /// What it tells, in words.
  private let told = Mailbox<String>(limit: 64)

  private func keeper(_ seat: ScriptedSeat, _ folder: TemporaryFolder) throws -> SeatKeeper {
    let card = PeerAddress(
      node: try #require(NodeName("c")), endpoint: "tcp://c", publicKey: "")
    let path = folder.path
    return try SeatKeeper(seat, card: card) { (_) throws(StorageError) in
      let store = try SQLiteClusterStore(folder: path)
      _ = try store.make(Change("greeting", to: [1], expected: 0))
      return store
    } tell: { [told] news in
      switch news {
      case .follows(let other):
        _ = told.post("follows \(other.isEmpty ? "nobody" : "another")")
      case .leads(let opened): _ = told.post("leads with \(opened.records.count)")
      case .lost: _ = told.post("lost")
      case .trouble(let reason): _ = told.post(reason.isEmpty ? "answers" : "trouble")
      case .standbys: _ = told.post("standbys")
      }
    }
  }

  private func hears(_ words: String) async -> Bool {
    await eventually { told.drain().contains(words) }
  }

  @Test("waits while another one leads, and leads with the records when the seat is free")
  func waits() async throws {
    let folder = try TemporaryFolder()
    let seat = ScriptedSeat(.others)
    let keeper = try keeper(seat, folder)
    #expect(await hears("follows nobody"))
    #expect(await eventually { seat.claims >= 3 })
    #expect(told.count == 0, "said once")
    seat.answer(.mine)
    #expect(await hears("leads with 1"))
    #expect(await eventually { seat.renewals >= 2 })
    #expect(seat.resignations == 0)
    keeper.stop()
    #expect(seat.resignations == 1)
  }

  @Test("tells others of the key that the coordinator will have, and reads both of another one")
  func announce() async throws {
    let folder = try TemporaryFolder()
    let seat = ScriptedSeat(.mine)
    let keeper = try keeper(seat, folder)
    #expect(await hears("leads with 1"))
    let node = try #require(NodeName("c"))
    let cards = ["now", "next"].map { PeerAddress(node: node, endpoint: "tcp://c", publicKey: $0) }
    keeper.announce(cards)
    #expect(await eventually { !seat.announced.isEmpty })
    let renewals = seat.renewals
    #expect(await eventually { seat.renewals > renewals })
    #expect(seat.announced.count == 1, "said once")
    var reader = ByteReader(try #require(seat.announced.first))
    let found = [try PeerAddress(from: &reader), try PeerAddress(from: &reader)]
    #expect(found == cards)
    #expect(reader.left == 0)
    keeper.stop()
  }

  @Test("says once that the term is over, and wants the seat again")
  func lost() async throws {
    let folder = try TemporaryFolder()
    let seat = ScriptedSeat(.mine)
    let keeper = try keeper(seat, folder)
    #expect(await hears("leads with 1"))
    let claims = seat.claims
    seat.answer(.others)
    #expect(await hears("lost"))
    #expect(await eventually { seat.claims > claims })
    keeper.stop()
  }

  @Test("leads on while nobody answers, says so, and says when somebody does")
  func silence() async throws {
    let folder = try TemporaryFolder()
    let seat = ScriptedSeat(.mine)
    let keeper = try keeper(seat, folder)
    #expect(await hears("leads with 1"))
    seat.answer(.silence)
    #expect(await hears("trouble"))
    let renewals = seat.renewals
    #expect(await eventually { seat.renewals > renewals + 1 })
    #expect(told.drain().isEmpty)
    seat.answer(.mine)
    #expect(await hears("answers"))
    keeper.stop()
  }
}
