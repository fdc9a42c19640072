import ClusterStore
import Glibc
import Storage
import TestSupport
import Testing
import Threading

@testable import EtcdStore

@Suite(
  "etcd in trouble", .enabled(if: EtcdServer.isInstalled, "Debian's etcd-server is not installed"),
  .serialized)
struct EtcdFaultTests {
  private func access(_ server: EtcdServer) -> EtcdAccess {
    var access = EtcdAccess(endpoints: server.endpoints)
    access.timeoutMilliseconds = 3_000
    // So that elections, which take a second or two, do not cost the seat.
    access.leaseSeconds = 120
    return access
  }

  @Test("killed and started again: records and the seat are there")
  func restart() async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(access(server))
    let store = try holder.store()
    let version = try #require(try store.make(Change("a", to: [1], expected: 0)).version)
    server.signal(0, SIGKILL)
    let error = #expect(throws: StorageError.self) {
      try store.make(Change("a", to: [2], expected: version))
    }
    #expect(error?.kind == .unreachable)
    #expect(error?.mayPass == true)
    #expect(error?.message.contains(server.endpoints[0]) == true)
    #expect(throws: StorageError.self) { try holder.seat.renew(holder.term) }
    try server.start(0)
    #expect(await eventually { try holder.seat.renew(holder.term) != nil })
    #expect(try store.get("a") == Versioned(value: [1], version: version))
    #expect(try store.make(Change("a", to: [3], expected: version)).version != nil)
  }

  @Test("stopped with a write on its way: made again, it is made once")
  func stopped() async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(access(server))
    let store = try holder.store()
    let version = try #require(try store.make(Change("a", to: [1], expected: 0)).version)
    server.signal(0, SIGSTOP)
    let change = Change("a", to: [2], expected: version)
    let error = #expect(throws: StorageError.self) { try store.make(change) }
    #expect(error?.kind == .unreachable)
    server.signal(0, SIGCONT)
    var outcome: ChangeOutcome?
    #expect(
      await eventually {
        outcome = try store.make(change)
        return true
      })
    let found = try #require(try store.get("a"))
    #expect(found.value == [2])
    // It came in late, or was made now; never both, and never after this.
    let late = ChangeOutcome.conflict(current: found.version)
    #expect(outcome == .done(version: found.version) || outcome == late)
    let next = try #require(try store.make(Change("a", to: nil, expected: found.version)).version)
    #expect(next > found.version)
    #expect(try store.get("a") == nil)
  }

  @Test("with the member that was asked stopped or killed: the others answer")
  func member() async throws {
    let server = try await EtcdServer.start(members: 3)
    let holder = try Holder(access(server))
    let store = try holder.store()
    var version: UInt64 = 0
    // One of the three is their leader: it is among those that fall.
    for (member, signal) in [(0, SIGSTOP), (1, SIGKILL), (2, SIGSTOP)] {
      let value = [UInt8(member + 1)]
      server.signal(member, signal)
      #expect(
        await eventually {
          let outcome = try store.make(Change("a", to: value, expected: version))
          if let made = outcome.version {
            version = made
          } else if let found = try store.get("a"), found.value == value {
            // As the coordinator does: a write that came in late meets itself.
            version = found.version
          }
          return try store.get("a")?.value == value
        }, "with member \(member) gone")
      #expect(await eventually { try holder.seat.renew(holder.term) != nil })
      if signal == SIGSTOP { server.signal(member, SIGCONT) } else { try server.start(member) }
      #expect(await eventually { server.isHealthy(member) })
    }
  }

  @Test("without a quorum: nothing is written, and every member is named")
  func quorum() async throws {
    let server = try await EtcdServer.start(members: 3)
    let holder = try Holder(access(server))
    let store = try holder.store()
    server.signal(0, SIGKILL)
    server.signal(1, SIGKILL)
    let error = #expect(throws: StorageError.self) {
      try store.make(Change("a", to: [1], expected: 0))
    }
    #expect(error?.kind == .unreachable)
    for endpoint in server.endpoints {
      #expect(error?.message.contains(endpoint) == true, "\(String(describing: error))")
    }
    #expect(throws: StorageError.self) { try holder.seat.renew(holder.term) }
    try server.start(0)
    #expect(
      await eventually {
        _ = try store.make(Change("a", to: [1], expected: 0))
        return try store.get("a")?.value == [1]
      })
  }

  @Test("made of endpoints of two different ones: only the first is asked")
  func twoEtcds() async throws {
    let (one, two) = (try await EtcdServer.start(), try await EtcdServer.start())
    var access = access(one)
    access.endpoints += two.endpoints
    let holder = try Holder(access)
    let store = try holder.store()
    one.signal(0, SIGKILL)
    let error = #expect(throws: StorageError.self) { try store.get("a") }
    #expect(error?.kind == .unreachable)
    #expect(error?.message.contains("belongs to another etcd") == true)
  }

  @Test("that is no etcd: said so")
  func nobody() throws {
    let port = try EtcdServer.freePort()
    let seat = try EtcdSeat(EtcdAccess(endpoints: ["http://127.0.0.1:\(port)"]))
    let error = #expect(throws: StorageError.self) { try seat.claim([1]) }
    #expect(error?.kind == .unreachable)
    #expect(error?.message.contains("127.0.0.1:\(port)") == true)
    seat.resign()
  }
}
