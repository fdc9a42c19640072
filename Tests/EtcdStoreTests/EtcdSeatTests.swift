import ClusterStore
import Storage
import TestSupport
import Testing
import Threading

@testable import EtcdStore

@Suite(
  "The seat in etcd", .enabled(if: EtcdServer.isInstalled, "Debian's etcd-server is not installed"),
  .serialized)
struct EtcdSeatTests {
  private let clock = MonotonicClock()

  @Test("is one coordinator's; the others wait, in the order in which they came, and know whose")
  func one() async throws {
    let server = try await EtcdServer.start()
    let access = server.patientAccess
    let (first, second, third) = (
      try EtcdSeat(access), try EtcdSeat(access), try EtcdSeat(access)
    )
    #expect(try first.claim([1]).term != nil)
    #expect(try second.claim([2]) == .held(card: [1]))
    #expect(try third.claim([3]) == .held(card: [1]))
    #expect(try second.claim([2]) == .held(card: [1]))
    #expect(try first.standbys() == [[2], [3]])
    // Who waits may have something new to say.
    #expect(try second.claim([2, 2]) == .held(card: [1]))
    #expect(try Set(first.standbys()) == [[2, 2], [3]])
  }

  @Test("tells another card of the one who has it, as long as the seat is his")
  func announce() async throws {
    let server = try await EtcdServer.start()
    let access = server.patientAccess
    let (first, second) = (try EtcdSeat(access), try EtcdSeat(access))
    let term = try #require(try first.claim([1]).term)
    try first.announce([1, 1], term)
    #expect(try second.claim([2]) == .held(card: [1, 1]))
    #expect(try first.renew(term) != nil, "the term is the same")
    first.resign()
    #expect(try second.claim([2]).term != nil)
    _ = try first.claim([1])
    try first.announce([1, 1, 1], term)
    #expect(try first.claim([1]) == .held(card: [2]), "another one has it")
  }

  @Test("is free at once when it is given back, and a later term has a larger number")
  func resign() async throws {
    let server = try await EtcdServer.start()
    let access = server.patientAccess
    let (first, second) = (try EtcdSeat(access), try EtcdSeat(access))
    let term = try #require(try first.claim([1]).term)
    #expect(try second.claim([2]) == .held(card: [1]))
    first.resign()
    let next = try #require(try second.claim([2]).term)
    #expect(next.number > term.number)
    #expect(try first.renew(term) == nil)
    #expect(try first.claim([1]) == .held(card: [2]))
    #expect(try second.standbys() == [[1]])
    first.resign()
    #expect(try second.standbys().isEmpty)
  }

  @Test("is given to nobody else before the moment that its owner was told")
  func renew() async throws {
    let server = try await EtcdServer.start()
    var access = server.patientAccess
    access.leaseSeconds = 2
    let (first, second) = (try EtcdSeat(access), try EtcdSeat(access))
    guard case .taken(let term, let promised) = try first.claim([1]) else {
      Issue.record("a free seat was not given")
      return
    }
    var until = promised
    // Beyond what was promised first, so that it is the renewals that keep it.
    while clock.now < promised + 3_000 {
      guard let next = try first.renew(term) else {
        // On a machine that stood still for so long.
        #expect(clock.now > until)
        return
      }
      #expect(next >= until && next <= clock.now + 2_000)
      until = next
      let claim = try second.claim([2])
      #expect(claim == .held(card: [1]) || clock.now > until)
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(until > promised)
  }

  @Test("is lost by one who falls silent, not before he was told, and his writes are lost with it")
  func silence() async throws {
    let server = try await EtcdServer.start()
    var access = server.patientAccess
    access.leaseSeconds = 5
    let first = try EtcdSeat(access)
    guard case .taken(let term, let until) = try first.claim([1]) else {
      Issue.record("a free seat was not given")
      return
    }
    let store = try EtcdClusterStore(access, term: term)
    access.leaseSeconds = 120
    let second = try EtcdSeat(access)
    var next: SeatTerm?
    #expect(
      await eventually {
        next = try second.claim([2]).term
        return next != nil
      })
    #expect(clock.now > until)
    #expect(try #require(next).number > term.number)
    let error = #expect(throws: StorageError.self) {
      try store.make(Change("a", to: nil, expected: 1))
    }
    #expect(error?.kind == .seatLost)
    #expect(try first.renew(term) == nil)
    #expect(try first.claim([1]) == .held(card: [2]))
  }

  @Test("is found to be taken already by one whose answer was lost")
  func lostAnswer() async throws {
    let server = try await EtcdServer.start()
    let access = server.patientAccess
    let session = try SeatSession(access)
    let other = try EtcdSeat(access)
    let term = try #require(try other.claim([9]).term)
    #expect(try session.claim([1]) == .held(card: [9]))
    other.resign()
    // Carried out; the answer never came.
    let client = try EtcdClient(access)
    let lease = try #require(session.leaseID)
    #expect(try client.transaction(session.claim([1], under: lease)).held)
    let found = try #require(try session.claim([1]).term)
    #expect(found.number > term.number)
    #expect(try session.standbys().isEmpty)
    #expect(try other.claim([9]) == .held(card: [1]))
  }

  @Test("is lost when somebody deletes its key, and may be claimed again")
  func deleted() async throws {
    let server = try await EtcdServer.start()
    let access = server.patientAccess
    let seat = try EtcdSeat(access)
    let term = try #require(try seat.claim([1]).term)
    _ = try EtcdClient(access).transaction(
      EtcdRequest.Transaction(
        conditions: [], steps: [.delete(EtcdRequest.Delete(access.leaderKey))], otherwise: []))
    #expect(try seat.renew(term) == nil)
    #expect(try #require(try seat.claim([1]).term).number > term.number)
  }
}
