import Backup
import Demand
import Packing
import ShardStore
import Storage
import TestSupport
import Testing

@Suite("A damaged backup")
struct BackupCheckTests {
  private func findings(_ fixture: BackupFixture) throws -> [BackupFinding] {
    try BackupCheck.run(try fixture.folder()).findings
  }

  @Test("whatever bit is flipped in a block is found, with the file, the shard and the table")
  func flips() throws {
    let fixture = try BackupFixture(skus: 60)
    try fixture.backUp()
    #expect(try findings(fixture).isEmpty)
    var random = SplitMix64(seed: 5)
    let cut = try fixture.folder().cut(nil)
    for _ in 0..<40 {
      let shard = Int.random(in: 0..<2, using: &random)
      let block = try #require(cut.shards[shard].blocks.first)
      let path = try fixture.folder().path(of: block)
      let offset = Int.random(in: 0..<block.count, using: &random)
      try Damage.flip(path, at: offset)
      let found = try findings(fixture)
      #expect(found.map(\.file) == [path], "byte \(offset)")
      #expect(found.first?.shard == shard && found.first?.cuts.count == 1)
      #expect(found.first?.tables.isEmpty == false, "byte \(offset)")
      try Damage.flip(path, at: offset)
    }
    #expect(try findings(fixture).isEmpty)
  }

  @Test("the table is that of the row whose byte was flipped")
  func table() throws {
    let fixture = try BackupFixture(skus: 60)
    try fixture.backUp()
    let folder = try fixture.folder()
    let block = try #require(try folder.cut(nil).shards[0].blocks.first)
    var rows = HandoffRows(try folder.read(block, content: ""))
    var middle: [String: Int] = [:]
    while let row = try rows.next() {
      middle[row.table] = (row.bytes.lowerBound + row.bytes.upperBound) / 2
    }
    #expect(Set(middle.keys).isSuperset(of: ["model", "forecast", "state"]))
    for (table, offset) in middle where table != "unit" {
      try Damage.flip(folder.path(of: block), at: offset)
      #expect(try findings(fixture).first?.tables.first == table)
      try Damage.flip(folder.path(of: block), at: offset)
    }
  }

  @Test("blocks that are gone, short, or of another content are found")
  func files() throws {
    let fixture = try BackupFixture()
    try fixture.backUp()
    let blocks = try fixture.blocks()
    try Damage.remove(blocks[0])
    try Damage.truncate(blocks[1], by: 1)
    let found = try findings(fixture)
    #expect(Set(found.map(\.file)) == Set(blocks.prefix(2)))
    #expect(found.contains { $0.reason.contains("not there") })
    #expect(found.contains { $0.reason.contains("does not have its") })
    #expect(throws: BackupError.self) {
      let folder = try fixture.folder()
      _ = try folder.read(try folder.cut(nil).shards[0].blocks[0], content: "shard 0")
    }
  }

  @Test("whatever bit is flipped in a cut is found, and the other cuts are looked at all the same")
  func cut() throws {
    let fixture = try BackupFixture(skus: 3)
    let first = try fixture.backUp()
    let second = try fixture.backUp()
    let path = "\(fixture.path)/cuts/\(first.name).cut"
    let count = try fixture.folder().cut(first.name).packed().count
    for offset in stride(from: 0, to: count, by: 2) {
      try Damage.flip(path, at: offset)
      let folder = try fixture.folder()
      #expect(throws: BackupError.self) { _ = try folder.cut(first.name) }
      // A form that is newer is not damage: it is said by name.
      if let outcome = try? BackupCheck.run(folder) {
        #expect(outcome.findings.map(\.cuts) == [[first.name]])
        #expect(outcome.cuts == 2 && outcome.blocks > 0)
      } else {
        #expect(offset == 4)
      }
      #expect(try folder.cut(nil).number == 2 && second.name != first.name)
      try Damage.flip(path, at: offset)
    }
  }

  @Test("a cut whose blocks are sound and not its own is found")
  func exchanged() throws {
    let fixture = try BackupFixture(skus: 3)
    try fixture.backUp()
    var cut = try fixture.folder().cut(nil)
    cut.number = 2
    cut.shards[0].position.chain ^= 1
    cut.shards[1].rows += 1
    let name = try BackupFolder(fixture.path, of: 0xC1).add(cut)
    let found = try findings(fixture)
    #expect(found.map(\.shard) == [0, 1] && found.allSatisfy { $0.cuts == [name] })
  }

  @Test("a cut whose rows are newer than this program's is refused by that name")
  func newer() throws {
    let fixture = try BackupFixture(skus: 3)
    try fixture.backUp()
    var cut = try fixture.folder().cut(nil)
    cut.number = 2
    cut.schema += 1
    _ = try BackupFolder(fixture.path, of: 0xC1).add(cut)
    #expect {
      _ = try fixture.folder().cut(nil)
    } throws: { error in
      "\(error)".contains("use the newer program")
    }
  }

  @Test("cuts are read back as they were, and hostile ones are refused")
  func bytes() throws {
    let fixture = try BackupFixture(skus: 30)
    try fixture.backUp()
    let cut = try fixture.folder().cut(nil)
    let bytes = cut.packed()
    #expect(try BackupCut(packed: bytes) == cut)
    for count in 0..<bytes.count {
      #expect(throws: PackingError.self) { _ = try BackupCut(packed: Array(bytes.prefix(count))) }
    }
  }
}
