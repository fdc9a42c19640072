public import Packing

/// What coordinator and shards say to one another of a plan, as bytes that may be hostile when they
/// are read: every count is bounded, every number finite unless infinity has a meaning.
public protocol PlanPackable: Sendable {
  /// How many of them a list may hold, and the fewest bytes of one.
  static var mostInList: Int { get }
  static var fewestBytes: Int { get }
  /// Appends the value.
  func pack(into writer: inout ByteWriter)
  /// Reads a value.
  init(from reader: inout ByteReader) throws(PackingError)
}

extension PlanPackable {
  /// The value alone.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` gave.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    try self.init(from: &reader)
    try reader.finish()
  }
}

extension Array: PlanPackable where Element: PlanPackable {
  /// Lists of lists are not said.
  public static var mostInList: Int { 0 }
  /// The count.
  public static var fewestBytes: Int { 1 }

  /// Appends a count and the values.
  public func pack(into writer: inout ByteWriter) {
    writer.count(count)
    for element in self { element.pack(into: &writer) }
  }

  /// Reads as many values as an element allows.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let count = try reader.count(
      "\(Element.self)", limit: Element.mostInList, minimumBytes: Element.fewestBytes)
    self = []
    reserveCapacity(count)
    for _ in 0..<count { append(try Element(from: &reader)) }
  }
}

/// What bounds the bytes of a plan.
enum PlanBytes {
  /// Warehouses, changed lots, and the largest number of anything.
  static let warehouses = 10_000, changes = 1 << 24, number = 1 << 40
  /// The largest amount: products of some of them are numbers still.
  static let amount = 1e60
}

extension ByteWriter {
  mutating func doubles(_ values: [Double]) {
    count(values.count)
    for value in values { double(value) }
  }

  package mutating func changes(_ changes: [PairPlace: Double]) {
    count(changes.count)
    for (place, lot) in changes.sorted(by: { $0.key < $1.key }) {
      place.pack(into: &self)
      double(lot)
    }
  }
}

extension ByteReader {
  mutating func number(_ what: String) throws(PackingError) -> Int {
    try count(what, limit: PlanBytes.number)
  }

  mutating func warehouse() throws(PackingError) -> Int {
    try count("warehouse", limit: PlanBytes.warehouses - 1)
  }

  /// A number of at least 0, within what may be reckoned with.
  mutating func amount(_ what: String) throws(PackingError) -> Double {
    let value = try finiteDouble(what)
    guard value >= 0 else { throw .invalid(what: "\(what): below 0") }
    guard value <= PlanBytes.amount else { throw .invalid(what: "\(what): \(value)") }
    return value
  }

  /// A number, or infinity with the sign that is meant.
  mutating func finite(_ what: String, or infinity: Double) throws(PackingError) -> Double {
    let value = try double()
    guard value.isFinite || value == infinity else { throw .invalid(what: what) }
    return value
  }

  mutating func amounts(_ what: String) throws(PackingError) -> [Double] {
    let count = try count(what, limit: PlanBytes.warehouses, minimumBytes: 8)
    var values: [Double] = []
    for _ in 0..<count { values.append(try amount(what)) }
    return values
  }

  package mutating func changes() throws(PackingError) -> [PairPlace: Double] {
    let count = try count("changed lots", limit: PlanBytes.changes, minimumBytes: 11)
    var changes: [PairPlace: Double] = [:]
    var last: PairPlace?
    for _ in 0..<count {
      let place = try PairPlace(from: &self)
      if let last, place <= last { throw .invalid(what: "order of changed lots") }
      last = place
      changes[place] = try amount("lot")
    }
    return changes
  }
}
