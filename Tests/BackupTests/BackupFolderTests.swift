import Backup
import Demand
import FoundationEssentials
import Storage
import TestSupport
import Testing

@Suite("A folder of backups")
struct BackupFolderTests {
  private func files(_ path: String) throws -> [String] {
    let all = FileManager.default
    return try all.subpathsOfDirectory(atPath: path).filter { name in
      var isFolder = false
      return all.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) && !isFolder
    }.sorted()
  }

  @Test("a second backup of the same data writes no block, and has a cut of its own")
  func same() throws {
    let fixture = try BackupFixture()
    let first = try fixture.backUp()
    #expect(first.newBytes > 2 << 20)
    let blocks = try fixture.blocks()
    #expect(blocks.count > 4)
    let second = try fixture.backUp()
    #expect(second.newBytes == 0 && second.name != first.name)
    #expect(try fixture.blocks() == blocks)
    #expect(try fixture.folder().cutNames() == [first.name, second.name])
  }

  @Test("what changed little costs little: blocks begin again where they began before")
  func incremental() throws {
    let fixture = try BackupFixture(skus: 2_400)
    let first = try fixture.backUp()
    // A twentieth of the SKUs of one shard gets other models and forecasts.
    try fixture.forecast(0, skus: 2_400, slice: Slice(index: 3, of: 20))
    let second = try fixture.backUp()
    #expect(second.newBytes > 0 && second.newBytes < first.newBytes / 3)
  }

  @Test("blocks have their sizes, but for the last of a shard")
  func sizes() throws {
    let fixture = try BackupFixture()
    try fixture.backUp()
    for shard in try fixture.folder().cut(nil).shards {
      #expect(shard.blocks.reduce(0) { $0 + $1.count } == shard.bytes)
      for block in shard.blocks.dropLast() {
        #expect((BlockCutter.leastBytes...BlockCutter.mostBytes).contains(block.count))
      }
    }
  }

  @Test("the records and the run at work are in the cut")
  func records() throws {
    let fixture = try BackupFixture(skus: 3)
    let name = try fixture.backUp().name
    let folder = try fixture.folder()
    let cut = try folder.cut(name)
    #expect(try folder.records(of: cut) == [[1, 2, 3], [], [4]])
    #expect(cut.runs == [BackupCut.Run(run: 7, kind: "train")])
    #expect(name.hasPrefix("20231114T221320Z-") && cut.number == 1)
  }

  @Test("a backup of another cluster is refused, and so is a folder that holds something else")
  func foreign() throws {
    let fixture = try BackupFixture(skus: 3)
    try fixture.backUp()
    #expect(throws: BackupError.foreign(folder: fixture.path, holds: 0xC1, wanted: 0xC2)) {
      try fixture.backUp(0xC2)
    }
    #expect(throws: BackupError.notBackup(folder: fixture.data)) {
      _ = try BackupFolder(fixture.data, of: 1)
    }
    #expect(throws: BackupError.notBackup(folder: fixture.data)) {
      _ = try BackupFolder(existing: fixture.data)
    }
  }

  @Test("a folder in which a first backup was killed at once is taken")
  func begun() throws {
    let fixture = try BackupFixture(skus: 3)
    for name in ["", "/blocks", "/cuts", "/lost+found"] { try Folder.make(fixture.path + name) }
    try Folder.write("half", to: "\(fixture.path)/cluster.part")
    try fixture.backUp()
    #expect(try fixture.folder().cutNames().count == 1)
  }

  @Test("a second backup at once is refused; to read is not")
  func locked() throws {
    let fixture = try BackupFixture(skus: 3)
    try fixture.backUp()
    let first = try BackupFolder(fixture.path, of: 0xC1)
    #expect {
      _ = try BackupFolder(fixture.path, of: 0xC1)
    } throws: { error in
      if case .held? = error as? BackupError { true } else { false }
    }
    #expect(try fixture.folder().cuts().count == 1)
    withExtendedLifetime(first) {}
  }

  @Test("without a cut there is no backup, whatever blocks there are")
  func interrupted() throws {
    let fixture = try BackupFixture(skus: 3)
    let folder = try BackupFolder(fixture.path, of: 0xC1)
    _ = try folder.write([1, 2, 3])
    #expect(throws: BackupError.noCut(folder: fixture.path, name: nil, others: [])) {
      _ = try folder.cut(nil)
    }
  }

  @Test("a block that was damaged is written anew by the next backup")
  func mended() throws {
    let fixture = try BackupFixture()
    try fixture.backUp()
    let block = try #require(try fixture.blocks().first)
    try Damage.flip(block, at: 5_000)
    #expect(try BackupCheck.run(try fixture.folder()).findings.count == 1)
    #expect(try fixture.backUp().newBytes > 0)
    #expect(try BackupCheck.run(try fixture.folder()).findings.isEmpty)
  }

  @Test("of old cuts only what the kept ones need is left, and nothing of interrupted ones")
  func pruned() throws {
    let fixture = try BackupFixture()
    try fixture.backUp()
    try fixture.forecast(0, skus: 800)
    let second = try fixture.backUp()
    let wanted = try BackupFolder(fixture.path, of: 0xC1).cut(second.name).blocks
    do {
      let folder = try BackupFolder(existing: fixture.path, isChanging: true)
      _ = try folder.write([9, 9, 9])
      let pruned = try folder.keep(newest: 1)
      #expect(pruned.cuts.count == 1 && pruned.blocks > 1)
    }
    #expect(try fixture.folder().cutNames() == [second.name])
    #expect(try files("\(fixture.path)/blocks").count == wanted.count)
    let outcome = try BackupCheck.run(try fixture.folder())
    #expect(outcome.findings.isEmpty && outcome.blocks == wanted.count)
  }

  @Test("nothing is removed while a cut that is to be kept cannot be read")
  func unreadable() throws {
    let fixture = try BackupFixture(skus: 30)
    try fixture.backUp()
    try fixture.forecast(0, skus: 30)
    let second = try fixture.backUp()
    try Damage.flip("\(fixture.path)/cuts/\(second.name).cut", at: 40)
    let before = try files(fixture.path)
    let folder = try BackupFolder(existing: fixture.path, isChanging: true)
    #expect(throws: BackupError.self) { _ = try folder.keep(newest: 1) }
    #expect(try files(fixture.path) == before)
  }
}
