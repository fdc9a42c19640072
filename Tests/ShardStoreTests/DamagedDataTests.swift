import Demand
import FoundationEssentials
import Storage
import TestSupport
import Testing

@testable import ShardStore

@Suite("Damaged data that is set aside")
struct DamagedDataTests {
  /// A folder with data that nobody has open.
  private static func closedFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try filledStore()
    for file in ["granary.sqlite", "granary.sqlite-wal", "granary.mark"] {
      try FileManager.default.copyItem(atPath: store.folder.file(file), toPath: folder.file(file))
    }
    return folder
  }

  private static func shards(_ folder: String) throws -> [Int] {
    try ShardReader(folder: folder).summaries().filter { $0.skuCount > 0 }.map(\.shard)
  }

  @Test("leaves an empty folder, and a note says why and how to go back")
  func setAside() throws {
    let folder = try Self.closedFolder()
    let target = try DamagedData.setAside(in: folder.path, because: "page 3 is damaged")
    #expect(target == folder.file("damaged-1"))
    do {
      _ = try ShardWriter(folder: folder.path, shardCount: 2)
      #expect(try Self.shards(folder.path).isEmpty)
    }
    let note = try String(contentsOfFile: target + "/NOTE", encoding: .utf8)
    #expect(note.contains("page 3 is damaged") && note.contains("--accept-loss"))
    let second = try DamagedData.setAside(in: folder.path, because: "again")
    #expect(second == folder.file("damaged-2"))
    // Back to the first, as the note says.
    for file in ["granary.sqlite", "granary.sqlite-wal", "granary.mark"] {
      try FileManager.default.moveItem(atPath: target + "/" + file, toPath: folder.file(file))
    }
    _ = try ShardWriter(folder: folder.path, shardCount: 2, acceptLoss: true)
    #expect(try Self.shards(folder.path) == [0, 1])
  }

  @Test("is refused while a process has it open")
  func open() throws {
    let store = try filledStore()
    let error = #expect(throws: StorageError.self) {
      try DamagedData.setAside(in: store.folder.path, because: "x")
    }
    guard case .heldByProcess? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try store.items().count == 30)
  }

  @Test("moves on at the next start where it was cut off", arguments: 0...3)
  func cutOff(moved: Int) throws {
    let folder = try Self.closedFolder()
    let files = ["granary.sqlite", "granary.sqlite-wal", "granary.mark"]
    let moving = folder.file("damaged-1.unfinished")
    try FileManager.default.createDirectory(
      atPath: moving, withIntermediateDirectories: false)
    for file in files.prefix(moved) {
      try FileManager.default.moveItem(atPath: folder.file(file), toPath: moving + "/" + file)
    }
    do {
      _ = try ShardWriter(folder: folder.path, shardCount: 2)
      #expect(try Self.shards(folder.path).isEmpty)
    }
    #expect(try Self.shards(folder.file("damaged-1")) == [0, 1])
  }

  @Test("goes when there are two newer ones or it is a week old, but for what is not of it")
  func forget() throws {
    let folder = try TemporaryFolder()
    let aside = try (1...4).map { _ in
      try Data("x".utf8).write(to: URL(filePath: folder.file("granary.sqlite")))
      return try DamagedData.setAside(in: folder.path, because: "page 3 is damaged")
    }
    try Data("mine".utf8).write(to: URL(filePath: aside[1] + "/remark"))
    let now = try Folder.changed(aside[3])
    #expect(try DamagedData.forget(in: folder.path, secondsNow: now) == [aside[1], aside[0]])
    #expect(
      try Folder.names(in: folder.path).filter { $0 != "granary.lock" } == [
        "damaged-2.going", "damaged-3", "damaged-4",
      ])
    #expect(try Folder.names(in: aside[1] + ".going") == ["remark"])
    #expect(try DamagedData.newest(in: folder.path) == aside[3])
    let week = 7 * 86_400
    #expect(try DamagedData.forget(in: folder.path, secondsNow: now + week - 60) == [])
    #expect(
      try DamagedData.forget(in: folder.path, secondsNow: now + week + 60) == [aside[3], aside[2]])
    #expect(try DamagedData.newest(in: folder.path) == nil)
  }

  @Test("that was being deleted is no data, and what is set aside next has a number of its own")
  func cutOffDeletion() throws {
    let folder = try Self.closedFolder()
    let first = try DamagedData.setAside(in: folder.path, because: "x")
    try FileManager.default.moveItem(atPath: first, toPath: first + ".going")
    let second = try DamagedData.setAside(in: folder.path, because: "y")
    #expect(second == first, "nothing is in its way")
    #expect(try DamagedData.forget(in: folder.path, secondsNow: 0) == [])
    #expect(try Folder.names(in: folder.path).contains("damaged-1"))
    #expect(try !Folder.names(in: folder.path).contains("damaged-1.going"))
  }
}
