public import Packing

/// All ways in which a SKU comes to a location, or to any: one for each origin, in its order, so
/// that the list does not depend on the order in which they came.
public struct SupplyList: Equatable, Sendable {
  /// The most origins of a SKU at a location.
  public static let maximumCount = 64

  /// The options, ascending by origin.
  public private(set) var options: [SupplyOption] = []

  /// No way.
  public init() {}

  /// Puts an option in the place of the one from the same origin. False where there are as many
  /// origins as there may be, and nothing was changed.
  public mutating func put(_ option: SupplyOption) -> Bool {
    let place = options.firstIndex { $0.origin >= option.origin } ?? options.count
    if place < options.count, options[place].origin == option.origin {
      options[place] = option
      return true
    }
    guard options.count < Self.maximumCount else { return false }
    options.insert(option, at: place)
    return true
  }

  /// The options of a location that has these of its own: its own, and those of everywhere from
  /// origins that it says nothing of. A warehouse supplies the others, never itself.
  public func completed(by everywhere: SupplyList, at location: Location) -> [SupplyOption] {
    guard !everywhere.options.isEmpty else { return options }
    let shared = everywhere.options.filter { option in
      option.origin != .warehouse(location) && !options.contains { $0.origin == option.origin }
    }
    return options.isEmpty ? shared : (options + shared).sorted { $0.origin < $1.origin }
  }

  /// The list as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 16 + 96 * options.count)
    writer.count(options.count)
    for option in options { option.pack(into: &writer) }
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    let count = try reader.count("options", limit: Self.maximumCount, minimumBytes: 6)
    for _ in 0..<count { options.append(try SupplyOption(from: &reader)) }
    guard zip(options, options.dropFirst()).allSatisfy({ $0.origin < $1.origin }) else {
      throw .invalid(what: "options: their origins do not ascend")
    }
    try reader.finish()
  }
}
