import ClusterStore
import Storage
import TestSupport
import Testing

@testable import EtcdStore

@Suite(
  "Records in etcd", .enabled(if: EtcdServer.isInstalled, "Debian's etcd-server is not installed"),
  .serialized)
struct EtcdClusterStoreTests {
  @Test("outlive the one who wrote them")
  func successor() async throws {
    let server = try await EtcdServer.start()
    let access = server.patientAccess
    let first = try Holder(access)
    let version = try first.store().make(Change("a", to: [1, 2], expected: 0)).version
    first.seat.resign()
    let second = try Holder(access)
    #expect(try second.store().get("a") == Versioned(value: [1, 2], version: version ?? 0))
  }

  @Test("are not written by one whose term is over, and he is told so")
  func seatLost() async throws {
    let server = try await EtcdServer.start()
    let access = server.patientAccess
    let first = try Holder(access)
    let late = try first.store()
    first.seat.resign()
    let nobody = #expect(throws: StorageError.self) {
      try late.make(Change("a", to: [1], expected: 0))
    }
    #expect(nobody?.kind == .seatLost)
    #expect(nobody?.mayPass == false)

    let second = try Holder(access)
    #expect(second.term.number > first.term.number)
    let another = #expect(throws: StorageError.self) {
      try late.make(Change("a", to: [1], expected: 0))
    }
    #expect(another?.kind == .seatLost)
    #expect(throws: StorageError.self) { try EtcdClusterStore(access, term: first.term) }
    #expect(try second.store().list(prefix: "").isEmpty)
  }

  @Test("are not written by a request that comes in after the next one")
  func latePut() async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(server.patientAccess)
    let store = try holder.store()
    // Sent, not answered, and still on its way.
    let late = store.transaction([Change("a", to: [1], expected: 0)], [7])
    // Given up on: made again, and unmade.
    let version = try #require(try store.make(Change("a", to: [1], expected: 0)).version)
    _ = try store.make(Change("a", to: nil, expected: version))
    // The key is absent again, as the late request expects. It must not come back.
    let answer = try store.client.transaction(late)
    #expect(!answer.held)
    #expect(try store.get("a") == nil)
  }

  @Test("know what became of a request whose answer was lost")
  func lostAnswer() async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(server.patientAccess)
    let store = try holder.store()
    let version = try #require(try store.make(Change("b", to: [1], expected: 0)).version)
    let changes = [
      Change("a", to: [1], expected: 0), Change("b", to: nil, expected: version),
      Change("c", to: nil, expected: 99), Change("d", to: nil, expected: 0),
      Change("b2", to: [1], expected: version),
    ]
    let word: [UInt8] = [1, 2, 3]
    // Carried out; whoever asked heard nothing and asks again in the same words.
    let lost = try store.client.transaction(store.transaction(changes, word))
    #expect(lost.held)
    let outcomes = try store.write(changes, word: word)
    let made = UInt64(store.fence)
    #expect(
      outcomes == [
        .done(version: made), .done(version: made), .conflict(current: 0), .done(version: made),
        .conflict(current: 0),
      ])
    #expect(made > version)
    #expect(try store.get("a") == Versioned(value: [1], version: made))
    #expect(try store.get("b") == nil)
    // And goes on from there.
    #expect(try store.make(Change("a", to: [2], expected: made)).version != nil)
  }

  @Test("are listed whole, whatever their number and size")
  func pages() async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(server.patientAccess)
    let store = try holder.store()
    var expected: [String: [UInt8]] = [:]
    for number in 0..<700 { expected["run/\(number)"] = [UInt8(number % 256)] }
    // Behind many small ones, when pages have grown.
    for number in 0..<40 {
      expected["sum/\(number)"] = [UInt8](repeating: UInt8(number), count: 900 << 10)
    }
    expected["empty"] = []
    let changes = expected.map { Change($0.key, to: $0.value, expected: 0) }
    let outcomes = try store.make(changes)
    #expect(outcomes.allSatisfy { $0.version != nil })
    let found = try store.list(prefix: "")
    #expect(Dictionary(uniqueKeysWithValues: found.map { ($0.key, $0.entry.value) }) == expected)
    #expect(
      found.map(\.key) == found.map(\.key).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(try store.list(prefix: "run/").count == 700)
  }

  @Test("are at most as large as a request")
  func tooLarge() async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(server.patientAccess)
    let store = try holder.store()
    let largest = [UInt8](repeating: 1, count: EtcdAccess.recordBytes)
    let longest = String(repeating: "k", count: 512)
    #expect(try store.make(Change(longest, to: largest, expected: 0)).version != nil)
    let error = #expect(throws: StorageError.self) {
      try store.make([
        Change("a", to: [1], expected: 0), Change("plan", to: largest + [1], expected: 0),
      ])
    }
    #expect(error?.message.contains("plan") == true)
    #expect(try store.get("a") == nil)
  }

  @Test("of clusters with different prefixes are apart")
  func prefixes() async throws {
    let server = try await EtcdServer.start()
    var one = server.patientAccess
    one.prefix = "one/"
    var two = one
    two.prefix = "two/"
    let (first, second) = (try Holder(one), try Holder(two))
    _ = try first.store().make(Change("a", to: [1], expected: 0))
    #expect(try second.store().list(prefix: "").isEmpty)
    #expect(try second.store().make(Change("a", to: [2], expected: 0)).version != nil)
    #expect(try first.store().get("a")?.value == [1])
  }

  @Test("are not served with a flipped bit")
  func damage() async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(server.patientAccess)
    let store = try holder.store()
    _ = try store.make(Change("a", to: [1, 2, 3], expected: 0))
    var bytes = store.sealed([1, 2, 3], "a")
    bytes[1] ^= 4
    _ = try store.client.transaction(
      EtcdRequest.Transaction(
        conditions: [], steps: [.put(EtcdRequest.Put(store.stored("a"), bytes))], otherwise: []))
    let error = #expect(throws: StorageError.self) { try store.get("a") }
    #expect(error?.kind == .damagedRow(table: "granary/record", key: "a"))
    #expect(throws: StorageError.self) { try store.list(prefix: "") }
  }
}
