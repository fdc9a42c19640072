public import Packing

/// The packed form of a series: what the store keeps and the wire carries.
///
/// A header (flags, start, number of days), the units as tokens, then prices, promotions and
/// stock-outs where there are any, then a checksum. A token is one of
///
///     0...53          32 integers of so many bits each, lowest bits first
///     128 + 0...53    a count, then that many integers
///     64              a count and one integer that repeats
///     65              a count of missing days
///     66              a count, then that many doubles
///
/// Prices are NaN on days without one of their own; see `carryingPrices`.
extension DemandSeries {
  private enum Flag {
    static let prices: UInt8 = 1
    static let promotions: UInt8 = 2
    static let stockouts: UInt8 = 4
    static let all: UInt8 = 7
  }

  /// The series as bytes. Units must be finite or NaN, prices finite or NaN.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 64 + units.count)
    var flags: UInt8 = 0
    if !prices.isEmpty { flags |= Flag.prices }
    if !promotions.isEmpty { flags |= Flag.promotions }
    if !stockouts.isEmpty { flags |= Flag.stockouts }
    writer.fixed(flags)
    writer.zigzag(Int64(start.number))
    writer.count(units.count)
    UnitsPacking.write(units, into: &writer)
    if !prices.isEmpty { writePrices(into: &writer) }
    if !promotions.isEmpty { Self.writeRuns(of: promotions, into: &writer) }
    if !stockouts.isEmpty { Self.writeRuns(of: stockouts, into: &writer) }
    writer.seal()
    return writer.bytes
  }

  /// Reads what `packed` wrote; damaged or hostile bytes are refused within the limits of a series.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    let flags = try reader.byte()
    guard flags & ~Flag.all == 0 else { throw .invalid(what: "series flags \(flags)") }
    let first = try reader.zigzag()
    let supported = Int64(Day.supported.lowerBound.number)...Int64(Day.supported.upperBound.number)
    guard supported.contains(first) else { throw .invalid(what: "first day of a series") }
    let days = try reader.count("days of a series", limit: Self.maximumDays)
    let units = try UnitsPacking.read(days, from: &reader)
    var prices: [Float] = []
    if flags & Flag.prices != 0 { prices = try Self.readPrices(of: units, from: &reader) }
    var promotions: [Bool] = []
    if flags & Flag.promotions != 0 { promotions = try Self.readRuns(days, from: &reader) }
    var stockouts: [Bool] = []
    if flags & Flag.stockouts != 0 { stockouts = try Self.readRuns(days, from: &reader) }
    try reader.finish()
    self.init(
      start: Day(number: Int32(first)), units: units, prices: prices, promotions: promotions,
      stockouts: stockouts)
  }

  /// The series with every day without a price of its own (NaN) at the price of the day before, and
  /// 0 before the first price. The store keeps prices as they were given, so that rows that come
  /// late and in any order lead to the same series.
  public func carryingPrices() -> DemandSeries {
    var carried = self
    var last: Float = 0
    for index in carried.prices.indices {
      if carried.prices[index].isNaN { carried.prices[index] = last }
      last = carried.prices[index]
    }
    return carried
  }

  /// Which days have a price: all of them, those with demand, or as runs.
  private enum PricedDays: UInt8 {
    case all = 0
    case sold = 1
    case listed = 2
  }

  private func writePrices(into writer: inout ByteWriter) {
    let given = prices.map { !$0.isNaN }
    if given.allSatisfy({ $0 }) {
      writer.fixed(PricedDays.all.rawValue)
    } else if zip(given, units).allSatisfy({ $0 == ($1 != 0) }) {
      writer.fixed(PricedDays.sold.rawValue)
    } else {
      writer.fixed(PricedDays.listed.rawValue)
      Self.writeRuns(of: given, into: &writer)
    }
    var pending: (price: Float, days: Int)?
    for price in prices where !price.isNaN {
      if let run = pending, run.price.bitPattern == price.bitPattern {
        pending = (price, run.days + 1)
      } else {
        Self.write(pending, into: &writer)
        pending = (price, 1)
      }
    }
    Self.write(pending, into: &writer)
  }

  private static func write(_ run: (price: Float, days: Int)?, into writer: inout ByteWriter) {
    guard let run else { return }
    writer.count(run.days)
    writer.float(run.price)
  }

  private static func readPrices(
    of units: [Double], from reader: inout ByteReader
  ) throws(PackingError) -> [Float] {
    guard let mode = PricedDays(rawValue: try reader.byte()) else {
      throw .invalid(what: "kind of priced days")
    }
    let given: [Bool] =
      switch mode {
      case .all: Array(repeating: true, count: units.count)
      case .sold: units.map { $0 != 0 }
      case .listed: try readRuns(units.count, from: &reader)
      }
    var prices = [Float](repeating: .nan, count: units.count)
    var left = 0
    var price: Float = 0
    for index in prices.indices where given[index] {
      if left == 0 {
        left = try reader.count("days of a price", limit: units.count)
        price = try reader.float()
        guard left > 0, price.isFinite else { throw .invalid(what: "price") }
      }
      prices[index] = price
      left -= 1
    }
    guard left == 0 else { throw .invalid(what: "days of a price") }
    return prices
  }

  /// The lengths of the runs in turn, of `false` first.
  private static func writeRuns(of flags: [Bool], into writer: inout ByteWriter) {
    var value = false
    var length = 0
    for flag in flags {
      if flag != value {
        writer.count(length)
        value = flag
        length = 0
      }
      length += 1
    }
    writer.count(length)
  }

  private static func readRuns(
    _ count: Int, from reader: inout ByteReader
  ) throws(PackingError) -> [Bool] {
    var flags: [Bool] = []
    flags.reserveCapacity(count)
    var value = false
    repeat {
      let length = try reader.count("days of a run", limit: count - flags.count)
      // Only the first run, of `false`, may be empty: so a run always leads on.
      guard length > 0 || flags.isEmpty && !value else { throw .invalid(what: "empty run") }
      flags.append(contentsOf: repeatElement(value, count: length))
      value.toggle()
    } while flags.count < count
    return flags
  }
}

/// The units of a series as tokens.
private enum UnitsPacking {
  static let blockLength = 32
  /// Shorter runs are cheaper inside a block.
  static let shortestRun = 16
  static let widestBits = 53
  static let shortBlock: UInt8 = 128
  static let repeated: UInt8 = 64
  static let missing: UInt8 = 65
  static let doubles: UInt8 = 66
  /// From here on not every integer is a double.
  static let integerLimit = 0x1p53

  static func write(_ units: [Double], into writer: inout ByteWriter) {
    var index = 0
    while index < units.count {
      let value = units[index]
      let run = runLength(units, from: index)
      if value.isNaN {
        writer.fixed(missing)
        writer.count(run)
        index += run
      } else if isInteger(value), run >= shortestRun {
        writer.fixed(repeated)
        writer.count(run)
        writer.varint(UInt64(value))
        index += run
      } else if isInteger(value) {
        index = writeBlock(units, from: index, into: &writer)
      } else {
        let end = units[index...].firstIndex { $0.isNaN || isInteger($0) } ?? units.count
        writer.fixed(doubles)
        writer.count(end - index)
        for value in units[index..<end] { writer.double(value) }
        index = end
      }
    }
  }

  private static func isInteger(_ value: Double) -> Bool {
    value >= 0 && value < integerLimit && value.rounded(.towardZero) == value
  }

  /// How many days from `index` on hold the same value, or are missing alike.
  private static func runLength(_ units: [Double], from index: Int) -> Int {
    let value = units[index]
    var end = index + 1
    while end < units.count, units[end] == value || (value.isNaN && units[end].isNaN) { end += 1 }
    return end - index
  }

  private static func writeBlock(
    _ units: [Double], from start: Int, into writer: inout ByteWriter
  ) -> Int {
    var integers: [UInt64] = []
    integers.reserveCapacity(blockLength)
    var index = start
    var run = 0
    while index < units.count, integers.count < blockLength, isInteger(units[index]) {
      // A long run that begins inside the block gets a token of its own; look for it where it
      // begins.
      if index > start, units[index] != units[index - 1] { run = 0 }
      if run == 0 {
        run = runLength(units, from: index)
        if run >= shortestRun, index > start { break }
      }
      integers.append(UInt64(units[index]))
      index += 1
    }
    let bits = UInt64.bitWidth - integers.reduce(0) { $0 | $1 }.leadingZeroBitCount
    if integers.count == blockLength {
      writer.fixed(UInt8(bits))
    } else {
      writer.fixed(shortBlock | UInt8(bits))
      writer.count(integers.count)
    }
    var packed = [UInt8](repeating: 0, count: (integers.count * bits + 7) / 8)
    var position = 0
    for integer in integers {
      var rest = integer
      var left = bits
      while left > 0 {
        let taken = min(8 - position & 7, left)
        packed[position >> 3] |= UInt8(
          truncatingIfNeeded: (rest & (1 << taken - 1)) << (position & 7))
        rest >>= UInt64(taken)
        position += taken
        left -= taken
      }
    }
    writer.raw(packed)
    return index
  }

  static func read(_ count: Int, from reader: inout ByteReader) throws(PackingError) -> [Double] {
    var units: [Double] = []
    units.reserveCapacity(count)
    while units.count < count {
      let token = try reader.byte()
      let left = count - units.count
      let bits = Int(token & ~shortBlock)
      var length = blockLength
      if token > widestBits {
        length = try reader.count("days of a token", limit: left)
        guard length > 0 else { throw .invalid(what: "empty token") }
      }
      guard length <= left else { throw .invalid(what: "days of a token") }
      switch token {
      case missing: units.append(contentsOf: repeatElement(.nan, count: length))
      case repeated:
        let value = try reader.varint()
        guard Double(value) < integerLimit else { throw .invalid(what: "units") }
        units.append(contentsOf: repeatElement(Double(value), count: length))
      case doubles:
        for _ in 0..<length { units.append(try reader.finiteDouble("units")) }
      default:
        guard bits <= widestBits else { throw .invalid(what: "token \(token)") }
        try readBlock(length, bits, from: &reader, into: &units)
      }
    }
    return units
  }

  private static func readBlock(
    _ length: Int, _ bits: Int, from reader: inout ByteReader, into units: inout [Double]
  ) throws(PackingError) {
    let packed = try reader.raw((length * bits + 7) / 8)
    var waiting: UInt64 = 0
    var held = 0
    var next = 0
    for _ in 0..<length {
      // At most 52 bits wait when a byte comes: together 60, which fit.
      while held < bits {
        waiting |= UInt64(packed[next]) << UInt64(held)
        next += 1
        held += 8
      }
      units.append(Double(waiting & (1 << UInt64(bits) - 1)))
      waiting >>= UInt64(bits)
      held -= bits
    }
  }
}
