public import Packing

/// Why a SKU is in quarantine, and whether trainings try it again.
///
/// One that could not be modelled costs nothing to try and is tried in every training. One that
/// took its trainer down (a trap, a hang, too much memory) costs a restart, its deadline and the
/// work of up to fifteen others each time, so it stays out until what it failed on has changed, or
/// somebody asks for another try.
public struct QuarantineEntry: Equatable, Sendable {
  /// What a SKU failed on.
  public struct Ground: Equatable, Sendable {
    /// The last day that was seen.
    public var day: Day
    /// How many days there were.
    public var days: Int
    /// The hash of the settings and of the demand until that day.
    public var hash: UInt64

    /// Makes a ground.
    public init(day: Day, days: Int, hash: UInt64) {
      self.day = day
      self.days = days
      self.hash = hash
    }
  }

  /// Why, in words.
  public var reason: String
  /// The run in which it failed; 0 where that was not noted.
  public var run: UInt64
  /// What it took a trainer down on; nothing for one that did not.
  public var ground: Ground?
  /// Whether somebody asked for another try in the next training.
  public var isToRetry: Bool

  /// No text begins with this byte, by which the first entries, reasons alone, are told.
  private static let mark: UInt8 = 0xFE
  private static let version: UInt8 = 1
  /// The longest reason and the most days that are read.
  private static let mostReasonBytes = 4_096, mostDays = 1 << 20

  /// Makes an entry.
  public init(reason: String, run: UInt64, ground: Ground? = nil, isToRetry: Bool = false) {
    self.reason = reason
    self.run = run
    self.ground = ground
    self.isToRetry = isToRetry
  }

  /// Whether trainings leave the SKU out as long as what it failed on stays as it was.
  public var isHeld: Bool { ground != nil && !isToRetry }

  /// The entry as it is stored and sent.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: reason.utf8.count + 32)
    writer.fixed(Self.mark)
    writer.fixed(Self.version)
    writer.varint(run)
    writer.bool(isToRetry)
    writer.bool(ground != nil)
    if let ground {
      writer.zigzag(Int64(ground.day.number))
      writer.count(ground.days)
      writer.fixed(ground.hash)
    }
    writer.string(reason)
    return writer.bytes
  }

  /// Reads what `packed` wrote, or the reason that stands alone in the first entries.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    guard bytes.first == Self.mark else {
      self.init(reason: String(decoding: bytes, as: UTF8.self), run: 0)
      return
    }
    var reader = ByteReader(bytes)
    _ = try reader.byte()
    let version = try reader.byte()
    guard version == Self.version else { throw .invalid(what: "quarantine entry \(version)") }
    let run = try reader.varint()
    let isToRetry = try reader.bool()
    var ground: Ground?
    if try reader.bool() {
      guard let number = Int32(exactly: try reader.zigzag()) else { throw .invalid(what: "day") }
      ground = Ground(
        day: Day(number: number), days: try reader.count("days", limit: Self.mostDays),
        hash: try reader.fixed())
    }
    let reason = try reader.string("reason", limit: Self.mostReasonBytes)
    try reader.finish()
    self.init(reason: reason, run: run, ground: ground, isToRetry: isToRetry)
  }

  /// The reason in a stored entry; of one that cannot be read, that.
  public static func reason(in bytes: [UInt8]) -> String {
    do { return try QuarantineEntry(packed: bytes).reason } catch {
      return "its entry cannot be read: \(error)"
    }
  }
}

/// What somebody wants of the quarantine of a shard.
public struct QuarantineUpdate: Equatable, Sendable {
  /// What can be wanted.
  public enum Action: UInt8, Sendable, CaseIterable {
    /// Have the SKUs tried in the next training.
    case retry = 1
    /// Take their entries away.
    case release = 2
  }

  /// What.
  public var action: Action
  /// Of which SKUs; none means all of the shard.
  public var skus: [SKU]

  /// Makes a wish.
  public init(_ action: Action, _ skus: [SKU] = []) {
    self.action = action
    self.skus = skus
  }
}
