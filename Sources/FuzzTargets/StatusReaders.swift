import Coordination
import FoundationEssentials
import NodeSupport
import TestSupport
import WireProtocol

/// What operators are shown: how the cluster is, and who changed it.
enum StatusReaders {
  /// Deeper than anybody writes, and than a stack may be deep.
  private static let nested =
    Array(repeating: UInt8(ascii: "["), count: 12_000) + Array("{\"a\":".utf8)

  /// The answer to `granary status`.
  static let status = json("status", ClusterStatus.self) { [try RecordReaders.status()] }

  /// A line of the audit.
  static let auditLine = json("line of the audit", AuditEntry.self) { entries }

  private static let entries = [
    AuditEntry(
      role: "operator", node: "o-1", key: "abcdefgh", what: "größe \"quoted\"", result: .accepted,
      run: 7, document: .max),
    AuditEntry(
      role: "client", node: "c", key: "k", what: "cancel run 3", result: .undone,
      reason: "the coordinator ended", cancels: 3),
  ]

  /// JSON that is read into a value, which is the same once it is written and read again.
  private static func json<Value: Codable & Equatable & Sendable>(
    _ name: String, _ type: Value.Type, _ seeds: @escaping @Sendable () throws -> [Value]
  ) -> FuzzReader {
    FuzzReader(
      name, seeds: { try seeds().map { Array(try JSONEncoder().encode($0)) } + [nested] },
      check: { bytes throws(Finding) in
        guard let value = try? JSONDecoder().decode(type, from: Data(bytes)) else {
          return .refused
        }
        guard let text = try? JSONEncoder().encode(value),
          (try? JSONDecoder().decode(type, from: text)) == value
        else { throw Finding("\(name): what was taken cannot be written, or is read otherwise") }
        return .taken
      })
  }

  /// The audit's file, whatever stands in it: from the newest line back, page by page, each whole
  /// line comes once and in order, and the pages end.
  static let auditLog = FuzzReader(
    "audit log",
    seeds: {
      let lines = try entries.map { Array(try JSONEncoder().encode($0)) + [0x0A] }
      return [Array((lines + lines + [[0x0A]] + lines).joined()), Array("{}\n\n{\"run\":1".utf8)]
    },
    check: { bytes throws(Finding) in
      guard let folder = try? TemporaryFolder(),
        (try? Data(bytes).write(to: URL(filePath: folder.file("audit.log")))) != nil
      else { return .refused }
      let log = AuditLog(folder: folder.path)
      let lines = lines(of: bytes)
      var request = AuditRequest(limit: 1 + bytes.count % 5)
      var pages: [[String]] = []
      repeat {
        let page = log.page(request)
        pages.append(page.lines)
        request.before = page.earlier
        guard pages.count <= lines.count + 2 else {
          throw Finding("audit log: \(lines.count) lines are on more pages than that")
        }
      } while request.before != nil
      guard Array(pages.reversed().joined()) == lines else {
        throw Finding("audit log: its pages are not its lines")
      }
      return log.recent().isEmpty ? .refused : .taken
    })

  /// The whole lines that may be sent.
  private static func lines(of bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
      .filter { !$0.isEmpty && $0.utf8.count <= Limits.auditLineBytes }
  }
}
