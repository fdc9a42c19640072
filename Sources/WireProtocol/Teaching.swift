public import Demand
public import Packing

/// What a run needs of a network: weights that are shared by all SKUs and learned from a sample of
/// them before the first unit.
public enum NetworkNeed: UInt8, Sendable {
  /// Nothing: no model asked for has shared weights, or models refer to networks that are stored.
  case none = 0
  /// That of the last run that learned one and was done; one is learned only where there is none.
  case latest = 1
  /// A new one.
  case fresh = 2
}

/// The coordinator has one worker, the teacher, gather the sample of a run from all shards and
/// learn a network from it. Sent again until the teacher reports the attempt as in hand.
public struct TeachOrder: Equatable, Packable {
  /// The run.
  public var run: UInt64
  /// Names this order among all that were ever given.
  public var attempt: UInt64
  /// The day to stand on.
  public var asOf: Day
  /// The run's settings.
  public var settings: [UInt8]
  /// A SKU is in the sample if its `sampleHash` is not above this.
  public var threshold: UInt64
  /// The workers that have the shards.
  public var givers: [PeerAddress]
  /// Where each shard is, by its number.
  public var places: [Place]

  /// Where a shard's part of the sample is.
  public struct Place: Equatable, Sendable {
    /// The position of its primary among the givers.
    public var giver: Int
    /// The epoch of its placement.
    public var epoch: UInt64

    /// Makes a place.
    public init(giver: Int, epoch: UInt64) {
      self.giver = giver
      self.epoch = epoch
    }
  }

  /// Makes an order.
  public init(
    run: UInt64, attempt: UInt64, asOf: Day, settings: [UInt8], threshold: UInt64,
    givers: [PeerAddress], places: [Place]
  ) {
    self.run = run
    self.attempt = attempt
    self.asOf = asOf
    self.settings = settings
    self.threshold = threshold
    self.givers = givers
    self.places = places
  }

  /// Appends the order.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.varint(attempt)
    writer.zigzag(Int64(asOf.number))
    writer.blob(settings)
    writer.fixed(threshold)
    writer.list(givers)
    writer.count(places.count)
    for place in places {
      writer.count(place.giver)
      writer.varint(place.epoch)
    }
  }

  /// Reads an order.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    attempt = try reader.varint()
    asOf = try reader.day()
    settings = try reader.blob("settings", limit: Limits.runBytes)
    threshold = try reader.fixed()
    givers = try reader.list("givers", limit: Limits.nodes, minimumBytes: 3)
    let count = try reader.count("shards", limit: Limits.shards, minimumBytes: 2)
    places = []
    places.reserveCapacity(count)
    for _ in 0..<count {
      let giver = try reader.count("giver", limit: Limits.nodes)
      guard givers.indices.contains(giver) else {
        throw .invalid(what: "giver \(giver) of \(givers.count)")
      }
      places.append(Place(giver: giver, epoch: try reader.varint()))
    }
  }
}

/// What came of an order to teach.
public struct TeachReport: Equatable, Packable {
  /// How it ended.
  public enum Outcome: Equatable, Sendable {
    /// The network, packed.
    case network([UInt8], isUsable: Bool = true)
    /// Why there is none, and whether that may pass by itself or by an operator's hand.
    case failure(reason: String, mayPass: Bool)
  }

  /// The run.
  public var run: UInt64
  /// The order.
  public var attempt: UInt64
  /// What came of it.
  public var outcome: Outcome

  /// Makes a report.
  public init(run: UInt64, attempt: UInt64, outcome: Outcome) {
    self.run = run
    self.attempt = attempt
    self.outcome = outcome
  }

  /// Appends the report.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.varint(attempt)
    switch outcome {
    case .network(let bytes, let isUsable):
      writer.bool(true)
      writer.blob(bytes)
      writer.bool(isUsable)
    case .failure(let reason, let mayPass):
      writer.bool(false)
      writer.sentence(reason)
      writer.bool(mayPass)
    }
  }

  /// Reads a report.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    attempt = try reader.varint()
    if try reader.bool() {
      outcome = .network(
        try reader.blob("network", limit: Limits.networkBytes), isUsable: try reader.bool())
    } else {
      outcome = .failure(reason: try reader.sentence("reason"), mayPass: try reader.bool())
    }
  }
}

/// A network, named by the run that learned it.
public struct LearnedNetwork: Equatable, Packable {
  /// The run that learned it; 0 for none.
  public var run: UInt64
  /// The network, packed.
  public var bytes: [UInt8]
  /// Whether anything was learned: else it says why not, and no later run goes on with it.
  public var isUsable: Bool

  /// Makes a network.
  public init(run: UInt64 = 0, bytes: [UInt8] = [], isUsable: Bool = true) {
    self.run = run
    self.bytes = bytes
    self.isUsable = isUsable
  }

  /// Appends the network.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.blob(bytes)
    writer.bool(isUsable)
  }

  /// Reads a network.
  public init(from reader: inout ByteReader) throws(PackingError) {
    run = try reader.varint()
    bytes = try reader.blob("network", limit: Limits.networkBytes)
    isUsable = try reader.bool()
  }
}
