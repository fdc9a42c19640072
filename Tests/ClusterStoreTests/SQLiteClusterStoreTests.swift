import ClusterStore
import Storage
import TestSupport
import Testing

@Suite("The cluster store")
struct SQLiteClusterStoreTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws(StorageError) -> SQLiteClusterStore {
    try SQLiteClusterStore(folder: folder.path)
  }

  @Test("sets an absent key once")
  func create() throws {
    let store = try open()
    let outcome = try store.make(Change("a", to: [1], expected: 0))
    guard case .done(let version) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try store.get("a") == Versioned(value: [1], version: version))
    #expect(
      try store.make(Change("a", to: [2], expected: 0)) == .conflict(current: version))
    #expect(try store.get("a")?.value == [1])
  }

  @Test("changes a key at its version only")
  func change() throws {
    let store = try open()
    _ = try store.make(Change("a", to: [1], expected: 0))
    #expect(try store.make(Change("a", to: [2], expected: 1)) == .done(version: 2))
    #expect(try store.make(Change("a", to: [3], expected: 1)) == .conflict(current: 2))
    #expect(try store.get("a")?.value == [2])
  }

  @Test("never uses a version twice, even for a key that was deleted and made again")
  func recreate() throws {
    let store = try open()
    _ = try store.make(Change("a", to: [1], expected: 0))
    #expect(try store.make(Change("a", to: nil, expected: 1)) == .done(version: 2))
    #expect(try store.get("a") == nil)
    #expect(try store.make(Change("a", to: [1], expected: 0)) == .done(version: 3))
    #expect(try store.make(Change("a", to: [2], expected: 1)) == .conflict(current: 3))
  }

  @Test("deletes a key at its version only")
  func delete() throws {
    let store = try open()
    _ = try store.make(Change("a", to: [1], expected: 0))
    #expect(try store.make(Change("a", to: nil, expected: 9)) == .conflict(current: 1))
    #expect(try store.get("a") != nil)
  }

  @Test("makes several changes at once, each guarded by itself")
  func together() throws {
    let store = try open()
    let outcomes = try store.make([
      Change("a", to: [1], expected: 0), Change("b", to: [1], expected: 7),
      Change("c", to: [3], expected: 0),
    ])
    #expect(outcomes == [.done(version: 1), .conflict(current: 0), .done(version: 2)])
    #expect(try store.list(prefix: "").map(\.key) == ["a", "c"])
    #expect(try store.make(Change("b", to: [2], expected: 0)) == .done(version: 3))
  }

  @Test("lists the keys of a prefix in order")
  func list() throws {
    let store = try open()
    for key in ["run/2", "run/10", "member/1", "rum", "runs"] {
      _ = try store.make(Change(key, to: Array(key.utf8), expected: 0))
    }
    #expect(try store.list(prefix: "run/").map(\.key) == ["run/10", "run/2"])
    #expect(try store.list(prefix: "").count == 5)
  }

  @Test("still has everything when it is opened again")
  func reopen() throws {
    do { _ = try open().make(Change("a", to: [1], expected: 0)) }
    #expect(try open().get("a") == Versioned(value: [1], version: 1))
  }

  @Test("refuses a second coordinator")
  func secondOpener() throws {
    let first = try open()
    let error = #expect(throws: StorageError.self) { try open() }
    guard case .heldByProcess? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try first.get("a") == nil)
  }

  @Test("finds damaged bytes")
  func damage() throws {
    do { _ = try open().make(Change("a", to: [1, 2, 3], expected: 0)) }
    do {
      let raw = try Connection(folder.file("cluster.sqlite"), .readWrite)
      try raw.execute("UPDATE record SET value = x'01020400' || substr(value, 5)")
    }
    let store = try open()
    let error = #expect(throws: StorageError.self) { try store.get("a") }
    #expect(error?.kind == .damagedRow(table: "record", key: "a"))
  }
}
