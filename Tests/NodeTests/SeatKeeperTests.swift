import ClusterStore
import CoordinatorNode
import Storage
import TestSupport
import Testing
import Threading

/// A seat that answers what it is told to.
private final class ScriptedSeat: LeaderSeat {
  enum Answer: Sendable { case renewed, lost, silence }

  private struct State: Sendable {
    var answer: Answer
    var renewals = 0
    var isResigned = false
  }

  private let state: Locked<State>
  private let clock = MonotonicClock()

  init(_ answer: Answer) { state = Locked(State(answer: answer)) }

  var renewals: Int { state.withLock { $0.renewals } }
  var isResigned: Bool { state.withLock { $0.isResigned } }
  func answer(_ answer: Answer) { state.withLock { $0.answer = answer } }

  func claim(_ card: [UInt8]) -> SeatClaim { .held(card: []) }
  func standbys() -> [[UInt8]] { [] }
  func resign() { state.withLock { $0.isResigned = true } }

  func renew(_ term: SeatTerm) throws(StorageError) -> Moment? {
    let answer = state.withLock { state in
      state.renewals += 1
      return state.answer
    }
    switch answer {
    case .renewed: return clock.now + 3_600_000
    case .lost: return nil
    case .silence: throw StorageError(path: "etcd", kind: .unreachable, message: "silence")
    }
  }
}

@Suite("The keeper of the seat")
struct SeatKeeperTests {
  private let clock = MonotonicClock()
  private let losses = Mailbox<String>(limit: 8)

  private func keeper(_ seat: ScriptedSeat, until: Moment) throws -> SeatKeeper {
    try SeatKeeper(seat, SeatTerm(number: 7), until: until) { [losses] in _ = losses.post($0) }
  }

  @Test("renews it until it is stopped, and then gives it back")
  func renewed() async throws {
    let seat = ScriptedSeat(.renewed)
    // The first promise is over: it is the renewals that count.
    let keeper = try keeper(seat, until: clock.now)
    #expect(await eventually { seat.renewals >= 3 })
    #expect(!seat.isResigned)
    keeper.stop()
    #expect(seat.isResigned)
    #expect(losses.drain().isEmpty)
  }

  @Test("says once that it is lost, and asks no more")
  func lost() async throws {
    let seat = ScriptedSeat(.renewed)
    let keeper = try keeper(seat, until: clock.now + 3_600_000)
    #expect(await eventually { seat.renewals >= 1 })
    seat.answer(.lost)
    #expect(await eventually { losses.count == 1 })
    let renewals = seat.renewals
    keeper.stop()
    #expect(seat.renewals == renewals)
    #expect(losses.drain().first?.contains("term 7") == true)
  }

  @Test("leads on without an answer for as long as nobody else can, and not longer")
  func silence() async throws {
    let patient = ScriptedSeat(.silence)
    let first = try keeper(patient, until: clock.now + 3_600_000)
    #expect(await eventually { patient.renewals >= 3 })
    #expect(losses.count == 0)
    first.stop()

    let late = ScriptedSeat(.silence)
    let second = try keeper(late, until: clock.now)
    #expect(await eventually { losses.count == 1 })
    #expect(losses.drain().first?.contains("silence") == true)
    second.stop()
  }
}
