public import Demand
public import Tables

/// How far an input is.
public struct IngestProgress: Sendable {
  /// What it holds.
  public var table: InputTable
  /// Rows read so far, good ones and bad ones.
  public var rows: Int, rejected: Int
  /// Bytes read so far, and how many there are where that is known.
  public var bytesRead: Int, bytesInAll: Int?
  /// Batches committed so far.
  public var committedBatches: Int
  /// Whether the rows are only looked at, before any is sent.
  public var isChecking: Bool
  /// Seconds since the start.
  public var seconds: Double
}

/// What became of an input.
public struct IngestReport: Equatable, Sendable {
  /// The input as the user named it.
  public var path: String
  /// What it holds.
  public var table: InputTable
  /// By what it is known again; parts of the planning document are known by their content alone.
  public var source: SourceID?
  /// Rows taken, good ones and bad ones.
  public var rows = 0, rejected = 0
  /// Bad rows by the code of their reason.
  public var reasons: [RejectedRow.Reason: Int] = [:]
  /// The first bad rows.
  public var firstRejected: [RejectedRow] = []
  /// Where all of them are, if there are any.
  public var rejectFile: String?
  /// Batches committed, and those of them that were there before.
  public var batches = 0, knownBatches = 0
  /// How long it took.
  public var seconds = 0.0

  /// Whether the cluster had all of it already, so that nothing changed.
  public var wasKnown: Bool { batches > 0 && knownBatches == batches }

  /// Rows taken in a second.
  public var rowsPerSecond: Double { seconds > 0 ? Double(rows) / seconds : 0 }

  init(_ input: IngestInput) {
    path = input.path
    table = input.table
  }

  mutating func take(_ rejects: RejectFile) {
    rejected = rejects.count
    reasons = rejects.reasons
    firstRejected = rejects.first
    rejectFile = rejects.count > 0 ? rejects.path : nil
  }
}
