public import Coordination
import FoundationEssentials
import Glibc
public import WireProtocol

/// Reading the audit, from the newest line back.
extension AuditLog {
  /// The most bytes of lines in a page: it must fit a frame.
  static let pageBytes = 128 << 10

  /// A file of the log: its number stays when it is put aside under another name.
  private struct File {
    var path: String
    var number: UInt64
    var size: Int
  }

  /// Lines before a place, or the newest: the oldest of them first.
  public func page(_ request: AuditRequest) -> AuditPage {
    let files = files()
    var index = files.count - 1
    var end = files.last?.size ?? 0
    if let before = request.before {
      guard let found = files.firstIndex(where: { $0.number == before.file }) else {
        return AuditPage(lines: [], earlier: nil)
      }
      (index, end) = (found, min(Int(clamping: before.offset), files[found].size))
    }
    guard index >= 0 else { return AuditPage(lines: [], earlier: nil) }
    let start = max(0, end - Self.pageBytes)
    var (lines, place) = (Array<String>(), end)
    var isOver = false
    for line in read(files[index].path, start..<end).reversed() {
      guard lines.count < request.limit else { break }
      if line.text.utf8.count <= Limits.auditLineBytes, !line.text.isEmpty {
        if !request.since.isEmpty, Self.entry(line.text).map({ $0.time < request.since }) ?? false {
          isOver = true
          break
        }
        lines.append(line.text)
      }
      place = line.start
    }
    return AuditPage(
      lines: lines.reversed(),
      earlier: isOver ? nil : earlier(than: place, of: start..<end, in: files, index))
  }

  /// Where older lines end.
  private func earlier(
    than place: Int, of window: Range<Int>, in files: [File], _ index: Int
  ) -> AuditPlace? {
    // A window without a whole line is passed over: no line of ours is as long.
    let place = place < window.upperBound ? place : window.lowerBound
    if place > 0 { return AuditPlace(file: files[index].number, offset: UInt64(place)) }
    guard index > 0 else { return nil }
    return AuditPlace(file: files[index - 1].number, offset: UInt64(files[index - 1].size))
  }

  /// The changes in the newest two files, the oldest first: more than a coordinator that ended can
  /// have left open.
  public func recent() -> [AuditEntry] {
    files().suffix(2).flatMap { file in
      read(file.path, 0..<file.size).compactMap { line in
        line.text.contains("\"run\":") || line.text.contains("\"document\":")
          ? Self.entry(line.text) : nil
      }
    }
  }

  static func entry(_ line: String) -> AuditEntry? {
    try? JSONDecoder().decode(AuditEntry.self, from: Data(line.utf8))
  }

  /// The log's files in the order of time; the one that is written to is the last.
  private func files() -> [File] {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let aside = names.filter { $0.hasPrefix("audit-") && $0.hasSuffix(".log") }.sorted()
    return (aside.map { "\(folder)/\($0)" } + [path]).compactMap { path in
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return nil }
      return File(path: path, number: UInt64(status.st_ino), size: Int(status.st_size))
    }
  }

  /// The whole lines of a part of a file, and where each begins.
  private func read(_ path: String, _ range: Range<Int>) -> [(start: Int, text: String)] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0, !range.isEmpty else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = unsafe pread(file, &bytes, bytes.count, off_t(range.lowerBound))
    guard count > 0 else { return [] }
    var lines: [(start: Int, text: String)] = []
    var start = 0
    for (index, byte) in bytes[..<count].enumerated() where byte == 0x0A {
      // What stands before the first end of a line began before the part.
      if start > 0 || range.lowerBound == 0 {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        lines.append((range.lowerBound + start, text))
      }
      start = index + 1
    }
    return lines
  }
}
