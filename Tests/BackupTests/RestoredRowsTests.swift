import Backup
import ShardStore
import Storage
import TestSupport
import Testing

@Suite("Rows of a backup, put into a worker's data")
struct RestoredRowsTests {
  /// Puts the shards of the newest cut into new data.
  private func restore(_ fixture: BackupFixture, into path: String) throws -> ShardWriter {
    let folder = try fixture.folder()
    try Folder.make(path)
    let writer = try ShardWriter(folder: path, shardCount: BackupFixture.shardCount)
    for shard in try folder.cut(nil).shards {
      for block in shard.blocks {
        let chunk = HandoffRows.chunk(of: try folder.read(block, content: ""))
        #expect(writer.commit(.chunk(chunk, shard: shard.shard)) == .done)
      }
      _ = writer.commit(.epoch(shard: shard.shard, to: 1))
    }
    return writer
  }

  private func difference(_ fixture: BackupFixture, _ path: String, _ shard: Int) throws -> String?
  {
    let folder = try fixture.folder()
    return try ShardComparison.difference(
      try folder.cut(nil).shards[shard], in: folder, and: try ShardReader(folder: path))
  }

  @Test("are the same to the last byte, with the position of the log, under the first epoch")
  func same() throws {
    let fixture = try BackupFixture()
    try fixture.backUp()
    let path = fixture.place.file("new")
    let writer = try restore(fixture, into: path)
    for shard in 0..<BackupFixture.shardCount {
      #expect(try difference(fixture, path, shard) == nil)
      #expect(try ShardReader(folder: path).epoch(of: shard) == 1)
      #expect(try writer.position(of: shard) == fixture.writer.position(of: shard))
    }
    let scrub = try ShardScrub(folder: path)
    while true {
      let step = try scrub.step(maximumBytes: 1 << 30, at: .now)
      #expect(step.findings.isEmpty)
      if step.endsRound { return }
    }
  }

  @Test("a row that is gone, one that is new and one that changed are named")
  func different() throws {
    let fixture = try BackupFixture(skus: 20)
    try fixture.backUp()
    let deeds = [
      ("DELETE FROM model WHERE shard = 1 AND digest = (SELECT max(digest) FROM model)", "model"),
      ("UPDATE forecast SET run = 99 WHERE shard = 1 AND digest > 0", "forecast"),
      ("INSERT INTO unit VALUES (1, 900, 0, 1, x'0011223344556677')", "unit"),
    ]
    for (deed, table) in deeds {
      let path = fixture.place.file("new-\(table)")
      do { _ = try restore(fixture, into: path) }
      let connection = try Connection("\(path)/granary.sqlite", .readWrite)
      try connection.execute(deed)
      let found: String
      do { found = try difference(fixture, path, 1) ?? "" } catch {
        // A row whose seal does not match is not even compared.
        found = "\(error)"
      }
      #expect(found.contains(table), "\(deed): \(found)")
      #expect(try difference(fixture, path, 0) == nil)
    }
  }
}
