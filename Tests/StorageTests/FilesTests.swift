import FoundationEssentials
import Glibc
import Storage
import TestSupport
import Testing

func writeFile(_ path: String, _ bytes: [UInt8], times: Int = 1) throws {
  var data = Data()
  for _ in 0..<times { data.append(contentsOf: bytes) }
  try data.write(to: URL(filePath: path))
}

@Suite("A lock")
struct FileLockTests {
  @Test("refuses a second owner and names the first")
  func secondOwner() throws {
    let folder = try TemporaryFolder()
    let lock = try FileLock(folder.file("lock"))
    do {
      _ = try FileLock(folder.file("lock"))
      Issue.record("the lock was taken twice")
    } catch {
      #expect(error.kind == .heldByProcess(getpid()))
      #expect(error.description.contains("stop that process"))
    }
    _ = consume lock
  }

  @Test("is free again when its owner is gone")
  func freeAgain() throws {
    let folder = try TemporaryFolder()
    do { _ = try FileLock(folder.file("lock")) }
    _ = try FileLock(folder.file("lock"))
  }
}

@Suite("An acknowledged mark")
struct AcknowledgedMarkTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("mark") }

  init() throws { folder = try TemporaryFolder() }

  private func open(_ found: UInt64, acceptLoss: Bool = false) throws(StorageError) {
    _ = try AcknowledgedMark(path, found: found, acceptLoss: acceptLoss)
  }

  @Test("takes a database that is as far, or further")
  func equalOrAhead() throws {
    try open(0)
    try AcknowledgedMark(path, found: 0, acceptLoss: false).record(7)
    try open(7)
    try open(8)
  }

  @Test("refuses a database that is behind and names the way out")
  func behind() throws {
    try AcknowledgedMark(path, found: 0, acceptLoss: false).record(7)
    let error = #expect(throws: StorageError.self) { try open(6) }
    #expect(error?.kind == .commitsLost(found: 6, acknowledged: 7))
    #expect(error?.description.contains("--accept-loss") == true)
    try open(6, acceptLoss: true)
    try open(6)
  }

  @Test("that is damaged is refused")
  func damaged() throws {
    try writeFile(path, Array(0..<16))
    #expect(throws: StorageError.self) { try open(6) }
    try open(6, acceptLoss: true)
  }
}

@Suite("A seal")
struct SealTests {
  @Test("opens under its own table and key only")
  func keys() {
    let sealed = Seal(table: 1).key(5).key([1, 2]).close([9, 8, 7])
    #expect(Seal(table: 1).key(5).key([1, 2]).open(sealed) == [9, 8, 7])
    #expect(Seal(table: 2).key(5).key([1, 2]).open(sealed) == nil)
    #expect(Seal(table: 1).key(6).key([1, 2]).open(sealed) == nil)
    #expect(Seal(table: 1).key(5).key([1, 3]).open(sealed) == nil)
  }

  @Test("finds every flipped bit")
  func flips() {
    let seal = Seal(table: 1).key(5)
    let sealed = seal.close(Array(0..<20))
    for bit in 0..<(sealed.count * 8) {
      var damaged = sealed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(seal.open(damaged) == nil)
    }
  }

  @Test("does not open fewer bytes than a seal has")
  func short() {
    #expect(Seal(table: 1).open([1, 2, 3] as [UInt8]) == nil)
  }
}
