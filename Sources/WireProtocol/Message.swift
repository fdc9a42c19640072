public import Packing

/// Everything that is said between processes. `cluster/PROTOCOL.md` tells who says what to whom.
public enum Message: Equatable, Sendable {
  // Membership, between a worker and the coordinator.
  case hello(Hello)
  case welcome(Welcome)
  case orders(Orders)
  case heartbeat(Heartbeat)
  case pulse(Pulse)

  // Runs, between a worker and the coordinator.
  case survey(Survey)
  case surveyReport(SurveyReport)
  case unitOrder(UnitOrder)
  case unitReport(UnitReport)
  case workFailure(WorkFailure)
  case teachOrder(TeachOrder)
  case teachReport(TeachReport)
  case network(LearnedNetwork)
  case roundQuestion(RoundQuestion)
  case roundAnswers(RoundAnswers)

  // A client to the coordinator, and back.
  case mapRequest
  case map(ClusterMap)
  case runRequest(RunRequest)
  case runQuery(run: UInt64)
  /// Ends a run that has not ended; said twice, once counts.
  case runCancel(run: UInt64)
  case runStatus(RunStatus)
  case statusRequest
  case status(json: String)
  case documentRequest
  case document(Document)
  /// A document in place of the one of version `base`, from which it was made.
  case documentChange(base: UInt64, content: [UInt8])
  case planRequest(run: UInt64)
  case plan(content: [UInt8])
  /// What an operator wants of a worker as a place for shards; answered by a report.
  case nodeChange(NodeChange)
  case nodeAnswer(json: String)
  /// What a backup keeps of the coordinator's records.
  case recordsRequest(RecordsRequest)
  case records(RecordsPiece)
  case auditRequest(AuditRequest)
  case audit(AuditPage)

  // A client or a learner to a worker, and back.
  case batch(Batch)
  case batchAnswer(BatchAnswer)
  case get(Get)
  case forecasts(ForecastRecords)
  case rowsRequest(RowsRequest)
  case rows(RowsChunk)
  case explainRequest(sku: [UInt8])
  case explanation(json: String)

  // The primary of a shard to its followers, and back.
  case append(LogAppend)
  case appended(LogAppended)
  case unitOffer(UnitOffer)

  // A client to the primary of a shard, and back.
  case quarantineChange(QuarantineChange)
  case quarantineAnswer(QuarantineAnswer)

  // A backup to a worker, and back; rows come as `rows`.
  case cutRequest(CutRequest)
  case cutAnswer(CutAnswer)
  case cutRowsRequest(CutRowsRequest)

  // Anyone to anyone.
  case refusal(Refusal)
}

/// Why a request was not answered.
public struct Refusal: Error, Equatable, Packable, CustomStringConvertible {
  /// The kinds of refusal.
  public enum Code: UInt8, Sendable {
    /// The frame makes no sense.
    case malformed = 1
    /// The sender's role may not ask this.
    case forbidden = 2
    /// The shard is not served here under this epoch: ask for the map again.
    case misplaced = 3
    /// Not now: ask again later.
    case busy = 4
    /// What was asked for does not exist.
    case notFound = 5
    /// It cannot be done; the reason says why and what to do.
    case failed = 6
    /// Worker and coordinator belong to different clusters, or speak different versions.
    case foreign = 7
    /// What a change was made from is not what there is any more: read it again, change that.
    case stale = 8
    /// The sender's key was taken off the list: nothing more is answered. Said once, unasked.
    case revoked = 9
    /// A coordinator that stands by: ask the one that leads.
    case standby = 10

    /// Whether the same question may be answered later: what is damaged or not allowed stays so.
    public var mayPass: Bool {
      switch self {
      case .misplaced, .busy, .standby: true
      case .malformed, .forbidden, .notFound, .failed, .foreign, .stale, .revoked: false
      }
    }
  }

  /// What kind.
  public var code: Code
  /// A sentence that names the thing and the way out.
  public var reason: String

  /// Makes a refusal.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }

  /// Appends the refusal.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(code.rawValue)
    writer.sentence(reason)
  }

  /// Reads a refusal.
  public init(from reader: inout ByteReader) throws(PackingError) {
    code = try reader.choice("refusal")
    reason = try reader.sentence("reason")
  }
}
