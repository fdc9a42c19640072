public import Packing

/// The questions and answers by which today's limits are shared out: short-lived, between nodes of
/// one version. Groups and digits come ascending, each as its distance from the one before.
extension ReleaseQuestion {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .totals(let warehouses):
      writer.fixed(UInt8(0))
      writer.count(warehouses.lowerBound)
      writer.count(warehouses.count)
    case .digits(let digits):
      writer.fixed(UInt8(1))
      writer.fixed(digits.resource.rawValue)
      writer.count(digits.width)
      writer.count(digits.searches.count)
      for search in digits.searches {
        writer.count(search.group)
        writer.fixed(search.prefix)
        writer.count(search.settled)
      }
      digits.thresholds.pack(into: &writer)
    }
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    switch try reader.byte() {
    case 0:
      let first = try reader.count("warehouse", limit: ReleaseThresholds.groupLimit)
      let count = try reader.count("warehouses", limit: ReleaseDigits.mostWarehouses)
      self = .totals(first..<(first + count))
    case 1: self = .digits(try ReleaseDigits(&reader))
    default: throw .invalid(what: "release question")
    }
    try reader.finish()
  }
}

extension ReleaseDigits {
  fileprivate init(_ reader: inout ByteReader) throws(PackingError) {
    guard let resource = ReleaseResource(rawValue: try reader.byte()) else {
      throw .invalid(what: "release resource")
    }
    let width = try reader.count("width", limit: 8)
    let count = try reader.count("searches", limit: Self.mostSearches, minimumBytes: 10)
    guard width > 0, count << width <= Self.mostDigits else { throw .invalid(what: "width") }
    var searches: [Search] = []
    for _ in 0..<count {
      let group = try reader.count("group", limit: ReleaseThresholds.groupLimit)
      let prefix: UInt64 = try reader.fixed()
      let settled = try reader.count("settled bits", limit: 64 - width)
      searches.append(Search(group: group, prefix: prefix, settled: settled))
    }
    self.init(
      resource: resource, width: width, searches: searches,
      thresholds: try ReleaseThresholds(&reader))
  }
}

extension ReleaseThresholds {
  /// Groups are below this: a thousand warehouses and their days.
  static let groupLimit = 1 << 20
  private static let listLimit = 1 << 16

  /// The thresholds as bytes: what a plan keeps of today's limits.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    try self.init(&reader)
    try reader.finish()
  }

  func pack(into writer: inout ByteWriter) {
    for groups in [slots, space, cash] { writer.ascending(groups) { $0.fixed($1) } }
    writer.fixed(cashToday)
  }

  init(_ reader: inout ByteReader) throws(PackingError) {
    slots = try Self.groups(&reader)
    space = try Self.groups(&reader)
    cash = try Self.groups(&reader)
    cashToday = try reader.fixed()
  }

  private static func groups(_ reader: inout ByteReader) throws(PackingError) -> [Int: UInt64] {
    var groups: [Int: UInt64] = [:]
    var group = 0
    for _ in 0..<(try reader.count("groups", limit: listLimit, minimumBytes: 9)) {
      group += try reader.count("group", limit: groupLimit)
      guard group < groupLimit else { throw .invalid(what: "group") }
      groups[group] = try reader.fixed()
    }
    return groups
  }
}

extension ReleaseTotals {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    for groups in entries {
      writer.ascending(groups) { writer, entry in
        writer.varint(entry.base)
        writer.varint(entry.wanted)
      }
    }
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    for resource in ReleaseResource.allCases {
      var group = 0
      for _ in 0..<(try reader.count("groups", limit: 1 << 16, minimumBytes: 3)) {
        group += try reader.count("group", limit: ReleaseThresholds.groupLimit)
        guard group < ReleaseThresholds.groupLimit else { throw .invalid(what: "group") }
        add(resource, group, base: try reader.varint(), wanted: try reader.varint())
      }
    }
    try reader.finish()
  }
}

extension ReleaseCounts {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    for digits in searches {
      writer.ascending(digits) { writer, entry in
        writer.varint(entry.count)
        writer.varint(entry.amount)
      }
    }
    return writer.bytes
  }

  init(packed bytes: [UInt8], searches count: Int) throws(PackingError) {
    self.init(searches: count)
    var reader = ByteReader(bytes)
    for search in 0..<count {
      var digit = 0
      for _ in 0..<(try reader.count("digits", limit: 256, minimumBytes: 3)) {
        digit += try reader.count("digit", limit: 255)
        guard digit < 256 else { throw .invalid(what: "digit") }
        let number = try reader.varint()
        add(search, digit: digit, amount: try reader.varint(), count: number)
      }
    }
    try reader.finish()
  }
}

extension ByteWriter {
  /// Appends values by number, ascending, each number as its distance from the one before.
  fileprivate mutating func ascending<Value>(
    _ values: [Int: Value], _ pack: (inout ByteWriter, Value) -> Void
  ) {
    count(values.count)
    var last = 0
    for (number, value) in values.sorted(by: { $0.key < $1.key }) {
      count(number - last)
      pack(&self, value)
      last = number
    }
  }
}
