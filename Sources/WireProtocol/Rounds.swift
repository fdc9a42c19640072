public import Demand
public import Packing

/// The coordinator asks shards for a round of a run's pricing: the same question to all of them.
/// Sent again until every shard has answered; who owns many shards is asked in several.
public struct RoundQuestion: Equatable, Packable {
  /// The run.
  public var run: UInt64
  /// Names the round among all that were ever asked.
  public var round: UInt64
  /// The day to stand on.
  public var asOf: Day
  /// The document that every answer has to rest on.
  public var documentVersion: UInt64
  /// The run's settings.
  public var settings: [UInt8]
  /// The question, in the form of those who ask and answer.
  public var question: [UInt8]
  /// The shards that are to answer, with their epochs.
  public var shards: [HeldShard]

  /// Makes a question.
  public init(
    run: UInt64, round: UInt64, asOf: Day, documentVersion: UInt64, settings: [UInt8],
    question: [UInt8], shards: [HeldShard]
  ) {
    self.run = run
    self.round = round
    self.asOf = asOf
    self.documentVersion = documentVersion
    self.settings = settings
    self.question = question
    self.shards = shards
  }

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.varint(round)
    writer.zigzag(Int64(asOf.number))
    writer.varint(documentVersion)
    writer.blob(settings)
    writer.blob(question)
    writer.list(shards)
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    round = try reader.varint()
    asOf = try reader.day()
    documentVersion = try reader.varint()
    settings = try reader.blob("settings", limit: Limits.runBytes)
    question = try reader.blob("question", limit: Limits.questionBytes)
    shards = try reader.list("shards", limit: Limits.shardsPerQuestion, minimumBytes: 2)
  }
}

/// What some shards answered in a round.
public struct RoundAnswers: Equatable, Packable {
  /// What came of the question in one shard.
  public enum Outcome: Equatable, Sendable {
    /// The answer.
    case answer([UInt8])
    /// Why there is none, and whether that may pass by itself or by an operator's hand.
    case failure(reason: String, mayPass: Bool)
  }

  /// A shard and its outcome.
  public struct Entry: Equatable, Packable {
    /// The shard.
    public var shard: Int
    /// The epoch under which it was asked.
    public var epoch: UInt64
    /// What came of it.
    public var outcome: Outcome

    /// Makes an entry.
    public init(shard: Int, epoch: UInt64, outcome: Outcome) {
      self.shard = shard
      self.epoch = epoch
      self.outcome = outcome
    }

    /// Appends the entry.
    public func pack(into writer: inout ByteWriter) {
      writer.count(shard)
      writer.varint(epoch)
      switch outcome {
      case .answer(let bytes):
        writer.bool(true)
        writer.blob(bytes)
      case .failure(let reason, let mayPass):
        writer.bool(false)
        writer.sentence(reason)
        writer.bool(mayPass)
      }
    }

    /// Reads an entry.
    public init(from reader: inout ByteReader) throws(PackingError) {
      shard = try reader.count("shard", limit: Limits.shards - 1)
      epoch = try reader.varint()
      if try reader.bool() {
        outcome = .answer(try reader.blob("answer", limit: Limits.answerBytes))
      } else {
        outcome = .failure(reason: try reader.sentence("reason"), mayPass: try reader.bool())
      }
    }

    /// The most bytes that it takes.
    var maximumBytes: Int {
      switch outcome {
      case .answer(let bytes): bytes.count + 32
      case .failure: Limits.sentenceBytes + 32
      }
    }
  }

  /// The run.
  public var run: UInt64
  /// The round.
  public var round: UInt64
  /// The answers, one a shard.
  public var entries: [Entry]

  /// Makes answers.
  public init(run: UInt64, round: UInt64, entries: [Entry]) {
    self.run = run
    self.round = round
    self.entries = entries
  }

  /// The same answers in as many messages as it takes for each to fit a frame. An answer over the
  /// limit is a failure that stays.
  public func cutToFrames() -> [RoundAnswers] {
    var messages = [RoundAnswers(run: run, round: round, entries: [])]
    var bytes = 0
    for var entry in entries {
      if case .answer(let answer) = entry.outcome, answer.count > Limits.answerBytes {
        entry.outcome = .failure(
          reason: "its answer has \(answer.count) bytes, \(Limits.answerBytes) can be sent",
          mayPass: false)
      }
      if bytes + entry.maximumBytes > Limits.payloadBytes {
        messages.append(RoundAnswers(run: run, round: round, entries: []))
        bytes = 0
      }
      bytes += entry.maximumBytes
      messages[messages.count - 1].entries.append(entry)
    }
    return messages
  }

  /// Appends the answers.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.varint(round)
    writer.list(entries)
  }

  /// Reads answers.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    round = try reader.varint()
    entries = try reader.list("answers", limit: Limits.shards, minimumBytes: 4)
  }
}

/// The plan of a run as a unit of one shard needs it; both are empty where the run has none.
public struct UnitPlan: Equatable, Packable {
  /// What all shards share.
  public var shared: [UInt8]
  /// What concerns the unit's shard alone.
  public var part: [UInt8]

  /// Makes a plan.
  public init(shared: [UInt8] = [], part: [UInt8] = []) {
    self.shared = shared
    self.part = part
  }

  /// Appends the plan.
  public func pack(into writer: inout ByteWriter) {
    writer.blob(shared)
    writer.blob(part)
  }

  /// Reads a plan.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shared = try reader.blob("plan", limit: Limits.planBytes)
    part = try reader.blob("a shard's part of a plan", limit: Limits.planBytes)
  }
}
