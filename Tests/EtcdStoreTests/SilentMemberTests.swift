import ClusterStore
import Storage
import TestSupport
import Testing

@testable import EtcdStore

@Suite("Members of etcd that are silent")
struct SilentMemberTests {
  private func access(_ endpoints: [String]) -> EtcdAccess {
    var access = EtcdAccess(endpoints: endpoints)
    access.leaseSeconds = 120
    access.timeoutMilliseconds = 400
    return access
  }

  @Test("are asked in turn: one that was asked first without an answer is asked last the next time")
  func turns() throws {
    let members = try SilentMembers(3)
    let client = try EtcdClient(access(members.endpoints))
    var asked: [[Int]] = []
    for _ in 0..<4 {
      #expect(throws: EtcdFailure.self) { try client.grant(seconds: 2) }
      asked.append(members.takeAsked())
    }
    #expect(asked == [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]])
  }

  @Test(
    "are not asked again for the records by one whose seat has met them",
    .enabled(if: EtcdServer.isInstalled, "Debian's etcd-server is not installed"))
  func records() async throws {
    let silent = try SilentMembers(1)
    let server = try await EtcdServer.start()
    var access = access(silent.endpoints + server.endpoints)
    // The one that answers may take its time on a machine that has much to do.
    access.timeoutMilliseconds = 5_000
    let seat = try EtcdSeat(access)
    let term = try #require(try seat.claim([1]).term)
    #expect(silent.takeAsked() == [0])
    let store = try seat.records(in: term)
    #expect(try store.make(Change("a", to: [1], expected: 0)).version != nil)
    #expect(try seat.renew(term) != nil)
    #expect(silent.takeAsked().isEmpty)
  }
}
