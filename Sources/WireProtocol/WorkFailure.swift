public import Packing

/// A worker says that it could not do what a run needs. It is asked again; what cannot pass by
/// itself fails the run after a few times.
public struct WorkFailure: Equatable, Packable {
  /// The run.
  public var run: UInt64
  /// The unit, or nothing where the shards could not be counted.
  public var unit: UnitID?
  /// Why.
  public var reason: String
  /// Whether it may pass by itself or by an operator's hand: the disk is full, too much waits.
  public var mayPass: Bool

  /// Makes a failure.
  public init(run: UInt64, unit: UnitID? = nil, reason: String, mayPass: Bool) {
    self.run = run
    self.unit = unit
    self.reason = reason
    self.mayPass = mayPass
  }

  /// Appends the failure.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.optional(unit) { $1.pack(into: &$0) }
    writer.sentence(reason)
    writer.bool(mayPass)
  }

  /// Reads a failure.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    unit = try reader.optional { reader throws(PackingError) in try UnitID(from: &reader) }
    reason = try reader.sentence("reason")
    mayPass = try reader.bool()
  }
}
