public import Packing

/// The packed form of a forecast: means as 32-bit floats, quantiles in 16 bits, a row that repeats
/// daily or weekly once, then a checksum. 112 days take at most 2.8 KB, flat ones under 300 bytes.
extension Forecast {
  private static let rowBytes = 4 + 2 * Quantiles.levels.count

  /// The forecast as bytes. Means and quantiles must be finite and not negative; means are kept to
  /// 6e-8 of themselves, quantiles to 5e-4.
  public func packed() -> [UInt8] {
    let levels = Quantiles.levels.count
    var rows: [[UInt8]] = []
    rows.reserveCapacity(horizon)
    for day in 0..<horizon {
      var row = ByteWriter(capacity: Self.rowBytes)
      row.float(Float(mean[day]))
      for level in 0..<levels { row.fixed(ShortReal.code(of: quantile(day: day, level: level))) }
      rows.append(row.bytes)
    }
    let period = [1, 7].first { period in
      rows.count > period && (period..<rows.count).allSatisfy { rows[$0] == rows[$0 - period] }
    }
    var writer = ByteWriter(capacity: 32 + rows.count * Self.rowBytes + 2 * cumulative.count)
    writer.count(horizon)
    writer.count(period ?? 0)
    for row in rows.prefix(period ?? rows.count) { writer.raw(row) }
    for value in cumulative { writer.fixed(ShortReal.code(of: value)) }
    writer.seal()
    return writer.bytes
  }

  /// Reads what `packed` wrote; damaged or hostile bytes are refused within the limits of a
  /// forecast.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    let levels = Quantiles.levels.count
    let horizon = try reader.count("days of a forecast", limit: Self.maximumHorizon)
    let period = try reader.count("period of a forecast", limit: 7)
    guard [0, 1, 7].contains(period), period == 0 || period < horizon else {
      throw .invalid(what: "period of a forecast")
    }
    var mean: [Double] = []
    var quantiles: [Double] = []
    mean.reserveCapacity(horizon)
    quantiles.reserveCapacity(horizon * levels)
    for day in 0..<horizon {
      if period > 0, day >= period {
        mean.append(mean[day - period])
        let first = (day - period) * levels
        for level in first..<(first + levels) { quantiles.append(quantiles[level]) }
        continue
      }
      let value = try reader.float()
      guard value.isFinite, value >= 0 else { throw .invalid(what: "mean") }
      mean.append(Double(value))
      for _ in 0..<levels { quantiles.append(ShortReal.value(of: try reader.fixed())) }
    }
    var cumulative: [Double] = []
    for _ in 0..<(Quantiles.spans(within: horizon).count * levels) {
      cumulative.append(ShortReal.value(of: try reader.fixed()))
    }
    try reader.finish()
    self.init(mean: mean, quantiles: quantiles, cumulative: cumulative)
  }
}

/// A number that is not negative, in 16 bits: 6 of exponent, 10 of mantissa, no sign; from 2^-24 to
/// 2^40, and 0. Half precision ends at 65,504, which a quarter's demand of a fast seller passes.
///
/// Rounding keeps order, so ascending quantiles stay ascending. The error is at most 2^-11 of the
/// value.
enum ShortReal {
  private static let droppedBits: UInt64 = 42
  private static let exponentOffset: Int64 = (1_023 - 24) << 10

  static func code(of value: Double) -> UInt16 {
    guard value > 0 else { return 0 }
    let rounded = (value.bitPattern + 1 << (droppedBits - 1)) >> droppedBits
    return UInt16(clamping: Int64(rounded) - exponentOffset)
  }

  static func value(of code: UInt16) -> Double {
    code == 0
      ? 0 : Double(bitPattern: UInt64(Int64(code) + exponentOffset) << droppedBits)
  }
}
