import Demand
import Forecasting
public import Packing
import Replenishment

extension ReportDigest {
  private static let version: UInt8 = 1
  private static let mostCount = Int(Int64.max >> 8)
  private static let longestName = 256, longestReason = 1_024

  /// The digest as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 8_192)
    writer.fixed(Self.version)
    for count in [skus, modelled, forecast, planned, quarantined, untested] { writer.count(count) }
    for days in [history, expected] {
      Self.pack(days, into: &writer) {
        $0.zigzag(Int64($1.number))
      } value: {
        $0.double($1)
      }
    }
    Self.pack(byValue, into: &writer) {
      $0.count($1)
    } value: {
      $1.pack(into: &$0)
    }
    writer.count(byPattern.count)
    for pattern in DemandPattern.allCases {
      guard let group = byPattern[pattern] else { continue }
      writer.fixed(pattern.rawValue)
      group.pack(into: &writer)
    }
    Self.pack(byCategory, into: &writer) {
      $0.string($1)
    } value: {
      $1.pack(into: &$0)
    }
    let names = chosen.keys.sorted { $0.rawValue < $1.rawValue }
    writer.count(names.count)
    for name in names {
      writer.fixed(name.rawValue)
      writer.count(chosen[name] ?? 0)
    }
    for bin in errors { writer.count(bin) }
    writer.count(worst.count)
    for sku in worst { sku.pack(into: &writer) }
    Self.pack(reasons, into: &writer) {
      $0.string($1)
    } value: {
      $0.count($1)
    }
    Self.pack(named, into: &writer) {
      $0.blob($1.bytes)
    } value: {
      $0.string($1)
    }
    Self.pack(bySupplier, into: &writer) {
      $0.string($1)
    } value: {
      $1.pack(into: &$0)
    }
    Self.pack(byArrival, into: &writer) {
      $0.zigzag(Int64($1.number))
    } value: {
      $1.pack(into: &$0)
    }
    let kinds = PlanException.Kind.allCases.filter { exceptions[$0] != nil }
    writer.count(kinds.count)
    for kind in kinds {
      writer.fixed(kind.rawValue)
      writer.count(exceptions[kind]?.count ?? 0)
      writer.double(exceptions[kind]?.value ?? 0)
    }
    writer.count(gravest.count)
    for entry in gravest { entry.pack(into: &writer) }
    return writer.bytes
  }

  /// Reads what `packed` wrote; the bytes may be hostile.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard version == Self.version else { throw .invalid(what: "digest version \(version)") }
    func count(_ reader: inout ByteReader) throws(PackingError) -> Int {
      try reader.count("SKUs", limit: Self.mostCount)
    }
    skus = try count(&reader)
    modelled = try count(&reader)
    forecast = try count(&reader)
    planned = try count(&reader)
    quarantined = try count(&reader)
    untested = try count(&reader)
    history = try Self.unpack(&reader, most: Self.mostDays, key: Self.day) {
      reader throws(PackingError) in try reader.finiteDouble("units")
    }
    expected = try Self.unpack(&reader, most: Self.mostDays, key: Self.day) {
      reader throws(PackingError) in try reader.finiteDouble("units")
    }
    byValue = try Self.unpack(&reader, most: Self.mostValueBins) { reader throws(PackingError) in
      try reader.count("bin", limit: Self.mostValueBins - 1)
    } value: { reader throws(PackingError) in
      try ReportGroup(from: &reader)
    }
    byPattern = try Self.unpack(&reader, most: DemandPattern.allCases.count) {
      reader throws(PackingError) in
      try Self.choice("pattern", &reader)
    } value: { reader throws(PackingError) in
      try ReportGroup(from: &reader)
    }
    byCategory = try Self.unpack(&reader, most: Self.mostNamesMerged, key: Self.name) {
      reader throws(PackingError) in try ReportGroup(from: &reader)
    }
    chosen = try Self.unpack(&reader, most: ModelName.allCases.count) {
      reader throws(PackingError) in
      try Self.choice("model", &reader)
    } value: { reader throws(PackingError) in
      try count(&reader)
    }
    for bin in errors.indices { errors[bin] = try count(&reader) }
    for _ in 0..<(try reader.count("worst SKUs", limit: Self.mostNamed)) {
      worst.append(try WorstSKU(from: &reader))
    }
    reasons = try Self.unpack(&reader, most: Self.mostNamesMerged, key: Self.reason) {
      reader throws(PackingError) in try count(&reader)
    }
    named = try Self.unpack(
      &reader, most: Self.mostQuarantined, key: Self.sku, value: Self.reason)
    try readPlans(&reader)
    try reader.finish()
  }

  private mutating func readPlans(_ reader: inout ByteReader) throws(PackingError) {
    bySupplier = try Self.unpack(&reader, most: Self.mostNamesMerged, key: Self.name) {
      reader throws(PackingError) in try OrderSum(from: &reader)
    }
    byArrival = try Self.unpack(&reader, most: Self.mostDays, key: Self.day) {
      reader throws(PackingError) in try OrderSum(from: &reader)
    }
    exceptions = try Self.unpack(&reader, most: PlanException.Kind.allCases.count) {
      reader throws(PackingError) in
      try Self.choice("exception", &reader)
    } value: { reader throws(PackingError) in
      var sum = ExceptionSum()
      sum.count = try reader.count("exceptions", limit: Self.mostCount)
      sum.value = try reader.finiteDouble("value")
      return sum
    }
    for _ in 0..<(try reader.count("exceptions", limit: Self.mostNamed)) {
      gravest.append(try GravestException(from: &reader))
    }
  }

  // MARK: Parts

  private static func pack<Key: Comparable, Value>(
    _ values: [Key: Value], into writer: inout ByteWriter,
    key: (inout ByteWriter, Key) -> Void, value: (inout ByteWriter, Value) -> Void
  ) {
    writer.count(values.count)
    for (name, part) in ordered(values) {
      key(&writer, name)
      value(&writer, part)
    }
  }

  private static func unpack<Key, Value>(
    _ reader: inout ByteReader, most: Int,
    key: (inout ByteReader) throws(PackingError) -> Key,
    value: (inout ByteReader) throws(PackingError) -> Value
  ) throws(PackingError) -> [Key: Value] {
    var values: [Key: Value] = [:]
    for _ in 0..<(try reader.count("parts", limit: most, minimumBytes: 2)) {
      let name = try key(&reader)
      values[name] = try value(&reader)
    }
    return values
  }

  static func choice<Choice: RawRepresentable<UInt8>>(
    _ what: String, _ reader: inout ByteReader
  ) throws(PackingError) -> Choice {
    let raw = try reader.byte()
    guard let value = Choice(rawValue: raw) else { throw .invalid(what: "\(what) \(raw)") }
    return value
  }

  private static func day(_ reader: inout ByteReader) throws(PackingError) -> Day {
    guard let number = Int32(exactly: try reader.zigzag()),
      number.magnitude < 1 << 20
    else { throw .invalid(what: "day") }
    return Day(number: number)
  }

  private static func name(_ reader: inout ByteReader) throws(PackingError) -> String {
    try reader.string("name", limit: longestName)
  }

  static func reason(_ reader: inout ByteReader) throws(PackingError) -> String {
    try reader.string("reason", limit: longestReason)
  }

  static func sku(_ reader: inout ByteReader) throws(PackingError) -> SKU {
    let bytes = try reader.blob("SKU", limit: SKU.maximumBytes)
    do { return try SKU(bytes: bytes) } catch { throw .invalid(what: error.description) }
  }
}

extension ReportGroup {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.count(skus)
    writer.double(value)
    accuracy.pack(into: &writer)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    skus = try reader.count("SKUs", limit: Int(Int64.max >> 8))
    value = try reader.finiteDouble("value")
    accuracy = try AccuracySum(from: &reader)
  }
}

extension WorstSKU {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.blob(sku.bytes)
    for figure in [valuePerDay, error, scaled ?? -1, mean] { writer.double(figure) }
    writer.fixed(model.rawValue)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    sku = try ReportDigest.sku(&reader)
    valuePerDay = try reader.finiteDouble("value")
    error = try reader.finiteDouble("error")
    let scaled = try reader.finiteDouble("scaled error")
    self.scaled = scaled < 0 ? nil : scaled
    mean = try reader.finiteDouble("mean")
    model = try ReportDigest.choice("model", &reader)
  }
}

extension OrderSum {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.count(orders)
    writer.double(value)
    writer.count(held)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    orders = try reader.count("orders", limit: Int(Int64.max >> 8))
    value = try reader.finiteDouble("value")
    held = try reader.count("held orders", limit: orders)
  }
}

extension GravestException {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.blob(sku.bytes)
    writer.blob(location.bytes)
    writer.fixed(kind.rawValue)
    writer.double(value)
    writer.string(reason)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    sku = try ReportDigest.sku(&reader)
    let place = try reader.blob("location", limit: Location.maximumBytes)
    do { location = try Location(bytes: place) } catch {
      throw .invalid(what: error.description)
    }
    kind = try ReportDigest.choice("exception", &reader)
    value = try reader.finiteDouble("value")
    reason = try ReportDigest.reason(&reader)
  }
}
