package import Packing

/// What travels between a crew and its trainers. On the wire a frame is a header of eight bytes
/// (the length and a word that depends on it, so that bytes of other origin are noticed at once and
/// not waited for) and a payload, whose first byte is the frame's type.
package enum Frame: Equatable {
  /// To the trainer: what the groups that follow are about.
  case unit(kind: UInt8, settings: [UInt8])
  /// To the trainer: `count` items follow, the first of which is the unit's item `first`.
  case group(serial: UInt64, first: Int, count: Int)
  /// To the trainer: an item of the group.
  case item(TrainingItem)
  /// From the trainer: ready.
  case hello(version: UInt8)
  /// From the trainer: the next result of a group.
  case result(serial: UInt64, index: Int, bytes: [UInt8])
  /// From the trainer: the next result of a group is too large to be sent.
  case oversized(serial: UInt64, index: Int, bytes: Int)

  static let version: UInt8 = 1

  /// The largest payload.
  static let largestPayloadBytes = 64 << 20

  static let headerBytes = 8

  /// The header of a payload of this length.
  static func header(length: Int) -> UInt64 {
    let length = UInt64(UInt32(length))
    return length | ((length ^ 0x5EED_BA91) << 32)
  }

  /// Room for everything in a payload that is not an item's name or bytes.
  static let largestHeaderBytes = 64

  /// The bytes to send.
  package func append(to output: inout [UInt8]) {
    var writer = ByteWriter()
    var tail: [UInt8] = []
    switch self {
    case .unit(let kind, let settings):
      writer.raw([1, kind])
      tail = settings
    case .group(let serial, let first, let count):
      writer.raw([2])
      writer.varint(serial)
      writer.count(first)
      writer.count(count)
    case .item(let item):
      writer.raw([3])
      writer.string(item.name)
      tail = item.bytes
    case .hello(let version):
      writer.raw([16, version])
    case .result(let serial, let index, let bytes):
      writer.raw([17])
      writer.varint(serial)
      writer.count(index)
      tail = bytes
    case .oversized(let serial, let index, let bytes):
      writer.raw([18])
      writer.varint(serial)
      writer.count(index)
      writer.count(bytes)
    }
    var header = ByteWriter(capacity: Self.headerBytes)
    header.fixed(Self.header(length: writer.count + tail.count))
    output.append(contentsOf: header.bytes)
    output.append(contentsOf: writer.bytes)
    output.append(contentsOf: tail)
  }

  /// Reads a payload.
  package init(payload: [UInt8]) throws(PackingError) {
    var reader = ByteReader(payload)
    let limit = Frame.largestPayloadBytes
    switch try reader.byte() {
    case 1: self = .unit(kind: try reader.byte(), settings: try reader.raw(reader.left))
    case 2:
      self = .group(
        serial: try reader.varint(),
        first: try reader.count("first item", limit: TrainingUnit.maximumItems),
        count: try reader.count("items of a group", limit: TrainingUnit.groupSize))
    case 3:
      let name = try reader.string("name", limit: limit)
      self = .item(TrainingItem(name: name, bytes: try reader.raw(reader.left)))
    case 16: self = .hello(version: try reader.byte())
    case 17:
      let serial = try reader.varint()
      let index = try reader.count("item", limit: TrainingUnit.maximumItems)
      self = .result(serial: serial, index: index, bytes: try reader.raw(reader.left))
    case 18:
      self = .oversized(
        serial: try reader.varint(),
        index: try reader.count("item", limit: TrainingUnit.maximumItems),
        bytes: try reader.count("size", limit: .max))
    default: throw .invalid(what: "frame type")
    }
    try reader.finish()
  }
}
