public import Packing

extension PolicySettings {
  /// The first byte of packed settings. The first form had none: it began with the service level,
  /// whose first byte is `firstFormMark` for every level that may be asked.
  private static let version: UInt8 = 2
  private static let firstFormMark: UInt8 = 0xBF
  /// How many settings the first form held: the first of `visit`.
  private static let firstFormCount = 9

  /// The settings as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(Self.version)
    var copy = self
    copy.visit { (_, _, value) in writer.figure(value) }
    return writer.bytes
  }

  /// Reads what `packed` wrote; values outside their ranges are refused.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    self.init()
    var reader = ByteReader(bytes)
    var count = Int.max
    if bytes.first == Self.firstFormMark {
      count = Self.firstFormCount
    } else {
      guard try reader.byte() == Self.version else { throw .invalid(what: "settings version") }
    }
    var read = 0
    try visit { (name, range, value) throws(PackingError) in
      guard read < count else { return }
      read += 1
      value = try reader.figure(name, in: range)
    }
    try reader.finish()
  }
}
