import Demand

/// How the records of a table are written.
public enum TextFormat: Equatable, Sendable {
  /// Fields between separators, the first line with the names of the columns.
  case delimited(FieldSeparator)
  /// A JSON object a line, with the names of the columns as keys.
  case json

  /// What a user can ask for.
  public enum Choice: String, CaseIterable, Sendable {
    /// Delimited text.
    case csv
    /// JSON objects.
    case ndjson

    /// What a file's name says, if it says something.
    init?(path: String) {
      let name = path.lowercased()
      guard name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") else { return nil }
      self = .ndjson
    }
  }
}

/// What stands between the fields of delimited text.
public enum FieldSeparator: UInt8, CaseIterable, Sendable {
  // The first one wins where a line has as many of two kinds.
  /// As RFC 4180 has it.
  case comma = 0x2C
  /// As spreadsheets write it where the comma marks decimals.
  case semicolon = 0x3B
  /// As tables copied out of other programs have it.
  case tab = 0x09

  /// In words, of many.
  public var plural: String {
    switch self {
    case .comma: "commas"
    case .semicolon: "semicolons"
    case .tab: "tabs"
    }
  }

  /// Whether `bytes` hold the end of the first line; a line end in quotes is none.
  static func isFirstLineWhole(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var isQuoted = false
    for index in bytes.indices {
      let byte = unsafe bytes[index]
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted { return true }
    }
    return false
  }

  /// The one that stands most often outside quotes in the first line of `bytes`.
  init(firstLineOf bytes: UnsafeBufferPointer<UInt8>) {
    var counts = [Int](repeating: 0, count: Self.allCases.count)
    var isQuoted = false
    for index in bytes.indices {
      let byte = unsafe bytes[index]
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted { break }
      guard !isQuoted, let place = Self.allCases.firstIndex(where: { $0.rawValue == byte }) else {
        continue
      }
      counts[place] += 1
    }
    var best = Self.comma
    var most = 0
    for (count, separator) in zip(counts, Self.allCases) where count > most {
      (best, most) = (separator, count)
    }
    self = best
  }
}

/// What the first bytes of a file say of the rest.
struct Opening {
  /// How many of the bytes are a mark and no text.
  let markBytes: Int
  /// The first byte of the text.
  let first: UInt8?

  /// Looks at the first bytes; what is no text is refused, with the way to make it some.
  init(_ bytes: [UInt8], file: String) throws(TableError) {
    let alien = Self.aliens.first { bytes.starts(with: $0.magic) }
    if let alien { throw .notText(file: file, what: alien.what, remedy: alien.remedy) }
    if Self.isWide(bytes) {
      throw .notText(file: file, what: "UTF-16 text", remedy: Self.recode)
    }
    markBytes = Self.markBytes(of: bytes)
    let text = bytes.dropFirst(markBytes)
    first = text.first { ![0x20, 0x09, 0x0D, 0x0A].contains($0) }
  }

  /// How many bytes the mark of UTF-8 takes, where there is one.
  static func markBytes(of bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Whether every other byte is 0, as in UTF-16 without a mark: names of columns are ASCII.
  private static func isWide(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8 else { return false }
    return [0, 1].contains { first in
      stride(from: first, to: bytes.count, by: 2).allSatisfy { bytes[$0] == 0 }
        && !stride(from: 1 - first, to: bytes.count, by: 2).contains { bytes[$0] == 0 }
    }
  }

  /// How many bytes it takes.
  static let byteCount = 64

  private static let recode =
    "save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"

  private static let aliens: [(magic: [UInt8], what: String, remedy: String)] = [
    ([0xFF, 0xFE], "UTF-16 text", recode), ([0xFE, 0xFF], "UTF-16 text", recode),
    (
      [0x1F, 0x8B], "compressed by gzip",
      "unpack it, or pipe it in: zcat FILE | granary ingest - --source NAME"
    ),
    (
      [0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd",
      "unpack it, or pipe it in: zstdcat FILE | granary ingest - --source NAME"
    ),
    (
      [0x50, 0x4B, 0x03, 0x04], "a spreadsheet or another zip archive",
      "save the sheet as CSV (UTF-8), or unpack it"
    ),
    ([0x50, 0x41, 0x52, 0x31], "a Parquet file", "write it as CSV or NDJSON"),
  ]
}
