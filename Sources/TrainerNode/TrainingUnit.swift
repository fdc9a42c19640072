/// One thing to train: bytes in, bytes out.
public struct TrainingItem: Equatable, Sendable {
  /// The item's name for logs and drills: its SKU, or SKU and location.
  public var name: String
  /// What the work is done on.
  public var bytes: [UInt8]

  /// An item of work.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// What a trainer is given in one call: a few hundred items of one kind under one set of settings.
public struct TrainingUnit: Equatable, Sendable {
  /// At most this many items are at work at once, and are run again one by one when one of them
  /// takes the trainer down: the lanes of the kernels.
  public static let groupSize = 16

  /// The most items that a unit may have.
  public static let maximumItems = 65_536

  /// The largest item (name and bytes), result or settings, in bytes.
  public static let largestItemBytes = Frame.largestPayloadBytes - Frame.largestHeaderBytes

  /// What is to be done with the items, in the terms of whoever does it.
  public var kind: UInt8
  /// What holds for all items. Sent to a trainer once for as long as it does not change.
  public var settings: [UInt8]
  /// The items, in the order in which their outcomes are given back.
  public var items: [TrainingItem]

  /// A unit of work.
  public init(kind: UInt8, settings: [UInt8], items: [TrainingItem]) {
    self.kind = kind
    self.settings = settings
    self.items = items
  }
}
