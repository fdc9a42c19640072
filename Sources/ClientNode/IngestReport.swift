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
  /// Which workers do not answer and for how long, in words; empty while all do.
  public var silence = ""
}

/// What there is to say of the rows of an input that were read.
public struct IngestNotes: Equatable, Sendable {
  /// Rows with units below 0 that were netted or left out.
  public var returns = 0
  /// Rows that say that the shelf was empty.
  public var outOfStock = 0
  /// Rows of sales that add to an earlier one of the input for the same SKU, location and day.
  public var repeats = 0
  /// Whether these are all of them: rows that go back in time cannot be told from others.
  public var repeatsAreAll = true
}

/// What became of an input.
public struct IngestReport: Equatable, Sendable {
  /// The input as the user named it.
  public var path: String
  /// What it holds.
  public var table: InputTable
  /// By what it is known again; parts of the planning document are known by their content alone.
  public var source: SourceID?
  /// Rows read, good ones and bad ones, and bad ones alone.
  public var rows = 0, rejected = 0
  /// How it was written.
  public var format: TextFormat?
  /// What there is to say of its rows.
  public var notes = IngestNotes()
  /// What became of returns; sales only.
  public var returnsRule = ReturnsRule.refuse
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

  /// Rows that were left out because they are returns.
  public var ignoredRows: Int { returnsRule == .ignore ? notes.returns : 0 }

  /// Whether the cluster had all of it already, so that nothing changed.
  public var wasKnown: Bool { batches > 0 && knownBatches == batches }

  /// Rows taken in a second.
  public var rowsPerSecond: Double { seconds > 0 ? Double(rows) / seconds : 0 }

  init(_ input: IngestInput) {
    path = input.path
    table = input.table
    returnsRule = input.returns
  }

  mutating func take(_ rejects: RejectFile) {
    rejected = rejects.count
    reasons = rejects.reasons
    firstRejected = rejects.first
    rejectFile = rejects.count > 0 ? rejects.path : nil
  }
}
