public import Demand
public import Tables

/// What a check found in one file.
public struct CheckedTable: Equatable, Sendable {
  /// Bad rows of one kind that are kept whole.
  static let rowsPerReason = 3

  /// What it holds.
  public let table: InputTable
  /// Its name as the user would write it.
  public let path: String
  /// Rows, good ones and bad ones.
  public internal(set) var rows = 0
  /// Bad rows by the code of their reason.
  public internal(set) var reasons: [RejectedRow.Reason: Int] = [:]
  /// The first bad rows of each reason, in the order of their lines.
  public internal(set) var firstRejected: [RejectedRow] = []
  /// Why it cannot be taken as a whole, if it cannot.
  public internal(set) var failure: String?

  init(_ table: InputTable, path: String) {
    self.table = table
    self.path = path
  }

  /// All bad rows.
  public var rejected: Int { reasons.values.reduce(0, +) }

  mutating func take(_ row: RejectedRow) {
    rows += 1
    let count = reasons[row.reason, default: 0]
    reasons[row.reason] = count + 1
    if count < Self.rowsPerReason { firstRejected.append(row) }
  }
}

/// Something that would be taken as it is, and may not be what was meant.
public struct CheckDoubt: Equatable, Sendable {
  /// The file that it is about.
  public let path: String
  /// What was found, how it is taken, and what to look at.
  public let sentence: String

  init(_ path: String, _ sentence: String) {
    self.path = path
    self.sentence = sentence
  }
}

/// What a check of a folder, or of a file, found.
public struct CheckReport: Equatable, Sendable {
  /// The tables that are there, in the order in which they would be taken in.
  public internal(set) var tables: [CheckedTable] = []
  /// What may not be meant.
  public internal(set) var doubts: [CheckDoubt] = []
  /// SKUs and locations with sales.
  public internal(set) var skus = 0, locations = 0
  /// The first and the last day of sales.
  public internal(set) var days: ClosedRange<Day>?
  /// Bytes read.
  public internal(set) var bytes = 0

  /// Files that cannot be taken as a whole.
  public var failures: Int { tables.count { $0.failure != nil } }
  /// Rows that would not be taken.
  public var rejected: Int { tables.reduce(0) { $0 + $1.rejected } }
  /// Whether everything would be taken.
  public var isClean: Bool { failures == 0 && rejected == 0 }
}
