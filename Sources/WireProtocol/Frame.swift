import Demand
public import Packing

/// A message on the wire: a fixed header, then the message. Requests carry a number and their
/// answers repeat it.
///
/// A frame is written in the oldest version of the protocol that has all its fields, so that
/// neighbours of one version understand each other; only what changed between them depends on what
/// the other one speaks.
public struct Frame: Equatable, Sendable {
  /// The versions of the protocol that this program speaks: its own and the one before. What comes
  /// in another one is refused by name.
  public static let versions: ClosedRange<UInt8> = 5...6
  private static let magic: UInt16 = 0x5247  // "GR" in the order of bytes

  /// The request that this is or answers; 0 for what needs no answer.
  public var request: UInt64
  /// What is said.
  public var message: Message
  /// The version that it came in, or that whoever gets it reads: the newest unless told.
  public var version: UInt8

  /// Makes a frame.
  public init(
    request: UInt64 = 0, _ message: Message, version: UInt8 = Self.versions.upperBound
  ) {
    self.request = request
    self.message = message
    self.version = version
  }

  /// Makes an answer; whoever asks in a version reads the answer in it.
  public init(answering question: Frame, _ message: Message) {
    self.init(request: question.request, message, version: question.version)
  }

  /// Frames are equal that say the same, whatever version they came in.
  public static func == (one: Frame, other: Frame) -> Bool {
    one.request == other.request && one.message == other.message
  }

  /// The frame as bytes.
  public func packed() -> [UInt8] {
    let version = min(version, message.changedIn)
    var writer = ByteWriter(capacity: 256)
    writer.form = version
    writer.fixed(Self.magic)
    writer.fixed(version)
    writer.fixed(message.kind)
    writer.fixed(request)
    message.pack(into: &writer)
    return writer.bytes
  }

  /// Reads a frame from bytes that may be hostile.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    guard bytes.count <= Limits.frameBytes else {
      throw .tooLarge(what: "frame", value: UInt64(bytes.count), limit: Limits.frameBytes)
    }
    var reader = ByteReader(bytes)
    guard try reader.fixed(UInt16.self) == Self.magic else { throw .invalid(what: "magic") }
    version = try reader.byte()
    guard Self.versions.contains(version) else {
      let known = "\(Self.versions.lowerBound) and \(Self.versions.upperBound)"
      throw .invalid(what: "protocol version \(version), this program speaks \(known)")
    }
    reader.form = version
    let kind = try reader.byte()
    request = try reader.fixed()
    message = try Message(kind: kind, from: &reader)
    try reader.finish()
  }
}

extension Message {
  /// The version in which the form of this message changed last, or of what answers it.
  var changedIn: UInt8 {
    switch self {
    case .hello, .welcome, .mapRequest, .map: 6
    case .recordsRequest, .records, .cutRequest, .cutAnswer, .cutRowsRequest: 6
    // Where there are standbys everybody speaks it.
    case .refusal(let refusal) where refusal.code == .standby: 6
    default: Frame.versions.lowerBound
    }
  }

  /// The byte that names the message on the wire; never reused.
  public var kind: UInt8 {
    switch self {
    case .hello: 1
    case .welcome: 2
    case .orders: 3
    case .heartbeat: 4
    case .pulse: 5
    case .survey: 10
    case .surveyReport: 11
    case .unitOrder: 12
    case .unitReport: 13
    case .workFailure: 14
    case .teachOrder: 15
    case .teachReport: 16
    case .network: 17
    case .roundQuestion: 18
    case .roundAnswers: 19
    case .mapRequest: 20
    case .map: 21
    case .runRequest: 22
    case .runQuery: 23
    case .runCancel: 33
    case .runStatus: 24
    case .statusRequest: 25
    case .status: 26
    case .documentRequest: 27
    case .document: 28
    case .documentChange: 30
    case .planRequest: 31
    case .plan: 32
    case .nodeChange: 34
    case .nodeAnswer: 35
    case .recordsRequest: 36
    case .records: 37
    case .auditRequest: 38
    case .audit: 39
    case .batch: 40
    case .batchAnswer: 41
    case .get: 42
    case .forecasts: 43
    case .rowsRequest: 44
    case .rows: 45
    case .explainRequest: 46
    case .explanation: 47
    case .append: 48
    case .appended: 49
    case .unitOffer: 50
    case .quarantineChange: 51
    case .quarantineAnswer: 52
    case .cutRequest: 53
    case .cutAnswer: 54
    case .cutRowsRequest: 55
    case .refusal: 60
    }
  }

  func pack(into writer: inout ByteWriter) {
    switch self {
    case .hello(let value as any Packable), .welcome(let value as any Packable),
      .orders(let value as any Packable), .heartbeat(let value as any Packable),
      .pulse(let value as any Packable), .survey(let value as any Packable),
      .surveyReport(let value as any Packable), .unitOrder(let value as any Packable),
      .unitReport(let value as any Packable), .workFailure(let value as any Packable),
      .teachOrder(let value as any Packable), .teachReport(let value as any Packable),
      .network(let value as any Packable), .roundQuestion(let value as any Packable),
      .roundAnswers(let value as any Packable), .map(let value as any Packable),
      .runRequest(let value as any Packable), .runStatus(let value as any Packable),
      .document(let value as any Packable), .batch(let value as any Packable),
      .batchAnswer(let value as any Packable), .get(let value as any Packable),
      .forecasts(let value as any Packable), .rowsRequest(let value as any Packable),
      .rows(let value as any Packable), .auditRequest(let value as any Packable),
      .audit(let value as any Packable), .nodeChange(let value as any Packable),
      .append(let value as any Packable), .appended(let value as any Packable),
      .unitOffer(let value as any Packable),
      .quarantineChange(let value as any Packable),
      .quarantineAnswer(let value as any Packable), .cutRequest(let value as any Packable),
      .cutAnswer(let value as any Packable), .cutRowsRequest(let value as any Packable),
      .recordsRequest(let value as any Packable), .records(let value as any Packable),
      .refusal(let value as any Packable):
      value.pack(into: &writer)
    case .mapRequest, .statusRequest, .documentRequest: break
    case .runQuery(let run), .runCancel(let run), .planRequest(let run): writer.varint(run)
    case .status(let json), .explanation(let json), .nodeAnswer(let json): writer.string(json)
    case .plan(let content): writer.blob(content)
    case .documentChange(let base, let content):
      writer.varint(base)
      writer.blob(content)
    case .explainRequest(let sku): writer.blob(sku)
    }
  }

  init(kind: UInt8, from reader: inout ByteReader) throws(PackingError) {
    switch kind {
    case 1: self = .hello(try Hello(from: &reader))
    case 2: self = .welcome(try Welcome(from: &reader))
    case 3: self = .orders(try Orders(from: &reader))
    case 4: self = .heartbeat(try Heartbeat(from: &reader))
    case 5: self = .pulse(try Pulse(from: &reader))
    case 10: self = .survey(try Survey(from: &reader))
    case 11: self = .surveyReport(try SurveyReport(from: &reader))
    case 12: self = .unitOrder(try UnitOrder(from: &reader))
    case 13: self = .unitReport(try UnitReport(from: &reader))
    case 14: self = .workFailure(try WorkFailure(from: &reader))
    case 15: self = .teachOrder(try TeachOrder(from: &reader))
    case 16: self = .teachReport(try TeachReport(from: &reader))
    case 17: self = .network(try LearnedNetwork(from: &reader))
    case 18: self = .roundQuestion(try RoundQuestion(from: &reader))
    case 19: self = .roundAnswers(try RoundAnswers(from: &reader))
    case 20: self = .mapRequest
    case 21: self = .map(try ClusterMap(from: &reader))
    case 22: self = .runRequest(try RunRequest(from: &reader))
    case 23: self = .runQuery(run: try reader.varint())
    case 33: self = .runCancel(run: try reader.varint())
    case 24: self = .runStatus(try RunStatus(from: &reader))
    case 25: self = .statusRequest
    case 26: self = .status(json: try reader.string("status", limit: Limits.payloadBytes))
    case 27: self = .documentRequest
    case 28: self = .document(try Document(from: &reader))
    // 29 was a change without a base.
    case 30:
      self = .documentChange(
        base: try reader.varint(),
        content: try reader.blob("document", limit: Limits.documentBytes))
    case 31: self = .planRequest(run: try reader.varint())
    case 32: self = .plan(content: try reader.blob("plan", limit: Limits.planBytes))
    case 34: self = .nodeChange(try NodeChange(from: &reader))
    case 35: self = .nodeAnswer(json: try reader.string("answer", limit: Limits.payloadBytes))
    case 36: self = .recordsRequest(try RecordsRequest(from: &reader))
    case 37: self = .records(try RecordsPiece(from: &reader))
    case 38: self = .auditRequest(try AuditRequest(from: &reader))
    case 39: self = .audit(try AuditPage(from: &reader))
    case 40: self = .batch(try Batch(from: &reader))
    case 41: self = .batchAnswer(try BatchAnswer(from: &reader))
    case 42: self = .get(try Get(from: &reader))
    case 43: self = .forecasts(try ForecastRecords(from: &reader))
    case 44: self = .rowsRequest(try RowsRequest(from: &reader))
    case 45: self = .rows(try RowsChunk(from: &reader))
    case 46: self = .explainRequest(sku: try reader.blob("SKU", limit: SKU.maximumBytes))
    case 47: self = .explanation(json: try reader.string("explanation", limit: Limits.payloadBytes))
    case 48: self = .append(try LogAppend(from: &reader))
    case 49: self = .appended(try LogAppended(from: &reader))
    case 50: self = .unitOffer(try UnitOffer(from: &reader))
    case 51: self = .quarantineChange(try QuarantineChange(from: &reader))
    case 52: self = .quarantineAnswer(try QuarantineAnswer(from: &reader))
    case 53: self = .cutRequest(try CutRequest(from: &reader))
    case 54: self = .cutAnswer(try CutAnswer(from: &reader))
    case 55: self = .cutRowsRequest(try CutRowsRequest(from: &reader))
    case 60: self = .refusal(try Refusal(from: &reader))
    default: throw .invalid(what: "message kind \(kind)")
    }
  }
}
