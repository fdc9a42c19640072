public import Demand
public import Packing

/// How a run is.
public struct RunStatus: Equatable, Packable {
  /// The life of a run: surveying, teaching where it needs a network, pricing where its
  /// units share limits, running, then done or failed.
  public enum Phase: UInt8, Sendable, CaseIterable {
    /// The workers count their SKUs.
    case surveying = 1
    /// Units are at work.
    case running = 2
    /// Every SKU is done.
    case done = 3
    /// It cannot be done; `trouble` says why.
    case failed = 4
    /// A worker learns the network that the units need.
    case teaching = 5
    /// Rounds of questions to all shards make the plan that the units go by.
    case pricing = 6

    /// Whether the run is over.
    public var isEnd: Bool { self == .done || self == .failed }

    /// The phase as people read it.
    public var words: String {
      switch self {
      case .teaching: "learning shared weights"
      case .pricing: "finding prices"
      default: name
      }
    }

    /// The phase in a word.
    public var name: String {
      switch self {
      case .surveying: "surveying"
      case .running: "running"
      case .done: "done"
      case .failed: "failed"
      case .teaching: "teaching"
      case .pricing: "pricing"
      }
    }
  }

  /// The run.
  public var run: UInt64
  /// What it does.
  public var kind: RunKind
  /// Where it stands.
  public var phase: Phase
  /// Its day, once known.
  public var asOf: Day?
  /// Units done.
  public var unitsDone: UInt64
  /// Units in all, once known.
  public var unitsInAll: UInt64
  /// What was done so far; the summary is complete when the run is.
  public var outcome: UnitOutcome
  /// How long it ran, in milliseconds.
  public var elapsedMilliseconds: UInt64
  /// How much of that it took to learn the network, in milliseconds; 0 where none was learned.
  public var teachingMilliseconds: UInt64
  /// How far its pricing is, or was; not remembered when the coordinator is started again.
  public var pricing: PricingProgress
  /// Why it failed, or what it waits for, or empty.
  public var trouble: String

  /// Makes a status.
  public init(
    run: UInt64, kind: RunKind, phase: Phase, asOf: Day?, unitsDone: UInt64, unitsInAll: UInt64,
    outcome: UnitOutcome, elapsedMilliseconds: UInt64, teachingMilliseconds: UInt64 = 0,
    pricing: PricingProgress = PricingProgress(), trouble: String
  ) {
    self.run = run
    self.kind = kind
    self.phase = phase
    self.asOf = asOf
    self.unitsDone = unitsDone
    self.unitsInAll = unitsInAll
    self.outcome = outcome
    self.elapsedMilliseconds = elapsedMilliseconds
    self.teachingMilliseconds = teachingMilliseconds
    self.pricing = pricing
    self.trouble = trouble
  }

  /// Appends the status.
  public func pack(into writer: inout ByteWriter) {
    packRecord(into: &writer)
    writer.varint(teachingMilliseconds)
    pricing.pack(into: &writer)
  }

  /// Reads a status.
  public init(from reader: inout ByteReader) throws(PackingError) {
    try self.init(record: &reader)
    teachingMilliseconds = try reader.varint()
    pricing = try PricingProgress(from: &reader)
  }

  /// Appends all but teaching and rounds, as the records of runs hold it since their first
  /// version.
  package func packRecord(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.fixed(kind.rawValue)
    writer.fixed(phase.rawValue)
    writer.optional(asOf) { $0.zigzag(Int64($1.number)) }
    writer.varint(unitsDone)
    writer.varint(unitsInAll)
    outcome.pack(into: &writer)
    writer.varint(elapsedMilliseconds)
    writer.sentence(trouble)
  }

  /// Reads what `packRecord` wrote.
  package init(record reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    kind = try reader.choice("run kind")
    phase = try reader.choice("run phase")
    asOf = try reader.optional { reader throws(PackingError) in try reader.day() }
    unitsDone = try reader.varint()
    unitsInAll = try reader.varint()
    outcome = try UnitOutcome(from: &reader)
    elapsedMilliseconds = try reader.varint()
    teachingMilliseconds = 0
    pricing = PricingProgress()
    trouble = try reader.sentence("trouble")
  }
}

/// How far the pricing of a run is.
public struct PricingProgress: Equatable, Packable {
  /// How many rounds were asked.
  public var rounds: UInt64
  /// How long they took in all, in milliseconds; 0 before there is a plan.
  public var milliseconds: UInt64
  /// How long the first one took, for which shards are loaded, in milliseconds.
  public var loadingMilliseconds: UInt64

  /// Makes a progress.
  public init(rounds: UInt64 = 0, milliseconds: UInt64 = 0, loadingMilliseconds: UInt64 = 0) {
    self.rounds = rounds
    self.milliseconds = milliseconds
    self.loadingMilliseconds = loadingMilliseconds
  }

  /// Appends the progress.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(rounds)
    writer.varint(milliseconds)
    writer.varint(loadingMilliseconds)
  }

  /// Reads a progress.
  public init(from reader: inout ByteReader) throws(PackingError) {
    rounds = try reader.varint()
    milliseconds = try reader.varint()
    loadingMilliseconds = try reader.varint()
  }
}
