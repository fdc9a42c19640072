import FoundationEssentials
import Testing

/// What `cluster/PROTOCOL.md` says, as far as a test can check it.
struct ProtocolDocument {
  private let lines: [Substring]

  /// Reads the document of this source tree.
  init(testFile: String = #filePath) throws {
    let root = testFile.split(separator: "/").dropLast(3).joined(separator: "/")
    let data = try Data(contentsOf: URL(filePath: "/\(root)/cluster/PROTOCOL.md"))
    let text = try #require(String(validating: data, as: UTF8.self))
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The lines of the block that is fenced under a name.
  func block(_ name: String) throws -> [Substring] {
    let start = try #require(lines.firstIndex(of: "```\(name)"))
    let block = lines[(start + 1)...].prefix { $0 != "```" }
    try #require(!block.isEmpty)
    return Array(block)
  }

  /// The rows of all tables: their cells.
  var rows: [[String]] {
    lines.filter { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|").map { cell in
        let words = cell.split(separator: " ").joined(separator: " ")
        return words.filter { $0 != "`" }
      }
    }
  }

  /// Bytes from hexadecimal digits; `-` for none.
  static func bytes(_ hexadecimal: some StringProtocol) throws -> [UInt8] {
    if hexadecimal == "-" { return [] }
    let digits = Array(hexadecimal)
    return try stride(from: 0, to: digits.count, by: 2).map { index in
      try #require(UInt8(String(digits[index...(index + 1)]), radix: 16))
    }
  }

  /// A number from hexadecimal digits.
  static func number(_ hexadecimal: some StringProtocol) throws -> UInt64 {
    try #require(UInt64(hexadecimal, radix: 16))
  }
}
