public import Forecasting
public import Packing

/// A SKU's models as they are stored: beside the models, which are the same wherever they are
/// fitted, stands what this fit took, which is not.
public struct StoredModel: Sendable {
  /// No packed model begins like this: one without a time, of an earlier version, is told by it.
  private static let mark: UInt8 = 0xF1

  /// The models.
  public var model: ItemModel
  /// What the fit took, or taking the new days; nil where it was not noted.
  public var microseconds: Int64?

  /// Joins both.
  public init(model: ItemModel, microseconds: Int64?) {
    self.model = model
    self.microseconds = microseconds
  }

  /// Both as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 1_024)
    writer.fixed(Self.mark)
    writer.zigzag(microseconds ?? -1)
    writer.blob(model.packed())
    return writer.bytes
  }

  /// Reads what `packed` wrote, or a model alone; `networks` are those at hand.
  public init(
    packed bytes: [UInt8], networks: [SharedNetwork] = []
  ) throws(PackingError) {
    guard bytes.first == Self.mark else {
      model = try ItemModel(packed: bytes, networks: networks)
      return
    }
    var reader = ByteReader(bytes)
    _ = try reader.byte()
    let time = try reader.zigzag()
    microseconds = time < 0 ? nil : time
    model = try ItemModel(
      packed: try reader.blob("model", limit: 1 << 24), networks: networks)
    try reader.finish()
  }
}
