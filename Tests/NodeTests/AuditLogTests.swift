import Coordination
import FoundationEssentials
import NodeSupport
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import ClientNode

@Suite("The audit's file")
struct AuditLogTests {
  private func entry(_ number: Int) -> AuditEntry {
    AuditEntry(
      role: "operator", node: "ada", key: "7zVtj.HY", what: "change \(number)", result: .accepted,
      document: UInt64(number))
  }

  private func numbers(_ lines: [String]) throws -> [UInt64] {
    try lines.map { line in
      let entry = try JSONDecoder().decode(AuditEntry.self, from: Data(line.utf8))
      return entry.document ?? 0
    }
  }

  /// All lines by pages of a few.
  private func all(_ log: AuditLog, pages limit: Int, since: String = "") throws -> [UInt64] {
    var found: [UInt64] = []
    var before: AuditPlace?
    repeat {
      let page = log.page(AuditRequest(before: before, since: since, limit: limit))
      #expect(page.lines.count <= limit)
      found = try numbers(page.lines) + found
      before = page.earlier
    } while before != nil
    return found
  }

  @Test("lines of several coordinators are put together by their times, those of one file once")
  func merged() {
    func line(_ time: Int, _ name: String) -> String {
      #"{"time":"2026-11-0\#(time)T00:00:00.000Z","what":"\#(name)"}"#
    }
    let first = [line(1, "a"), line(3, "b"), "torn", line(3, "b")]
    let second = [line(2, "c"), line(3, "d"), line(4, "e")]
    #expect(
      ClusterClient.merged([first, second, first]) == [
        line(1, "a"), line(2, "c"), line(3, "b"), "torn", line(3, "b"), line(3, "d"), line(4, "e"),
      ])
    #expect(ClusterClient.merged([[], second]) == second)
  }

  @Test("has every line in order, by pages, over files that were put aside")
  func pages() throws {
    let folder = try TemporaryFolder()
    let log = AuditLog(folder: folder.path, rotateBytes: 2_000)
    for start in stride(from: 0, to: 60, by: 3) {
      try log.append((start..<start + 3).map { entry($0 + 1) })
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count > 3)
    for name in names {
      let size = try contents(folder.file(name)).utf8.count
      #expect(size <= 2_000, "\(name)")
    }
    let expected = (1...60).map { UInt64($0) }
    for limit in [1, 4, 7, 1_000] { #expect(try all(log, pages: limit) == expected) }
    #expect(try all(log, pages: 1_000, since: "2020") == expected)
    #expect(try all(log, pages: 1_000, since: "9999") == [])
    #expect(log.recent().last?.document == 60)
  }

  @Test("goes on after a line that a crash tore, which is gone")
  func torn() throws {
    let folder = try TemporaryFolder()
    let log = AuditLog(folder: folder.path)
    try log.append([entry(1), entry(2)])
    let whole = try contents(log.path)
    try Data((whole + "{\"time\":\"20").utf8).write(to: URL(filePath: log.path))
    #expect(try all(log, pages: 10) == [1, 2])
    try log.append([entry(3)])
    #expect(try all(log, pages: 10) == [1, 2, 3])
    #expect(try contents(log.path).hasPrefix(whole))
  }

  @Test("refuses where the disk has too little room, and says how much; nothing is written")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let log = AuditLog(folder: folder.path, spareBytes: 1 << 60)
    let error = #expect(throws: AuditError.self) { try log.append([entry(1)]) }
    #expect(error?.description.contains("KiB left") == true)
    #expect(try contents(log.path).isEmpty)
  }

  @Test("loses no line of several that write at once and put files aside")
  func together() throws {
    let folder = try TemporaryFolder()
    let log = AuditLog(folder: folder.path, rotateBytes: 3_000)
    let failures = Locked(0)
    let threads = try (0..<4).map { part in
      try Thread(name: "writer") {
        for number in 0..<50 {
          do { try log.append([entry(part * 50 + number + 1)]) } catch {
            failures.withLock { $0 += 1 }
          }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == 0)
    #expect(try all(log, pages: 100).sorted() == (1...200).map { UInt64($0) })
  }

  @Test("answers a place that is none, and an empty folder, with nothing")
  func nowhere() throws {
    let folder = try TemporaryFolder()
    let log = AuditLog(folder: folder.path)
    #expect(log.page(AuditRequest(limit: 5)) == AuditPage(lines: [], earlier: nil))
    #expect(log.recent().isEmpty)
    try log.append([entry(1)])
    let place = AuditPlace(file: 1, offset: 7)
    #expect(log.page(AuditRequest(before: place, limit: 5)).lines.isEmpty)
  }
}
