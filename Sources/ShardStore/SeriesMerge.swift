import Demand

/// Puts rows of the tail on top of a packed series.
///
/// The one rule behind both a fold and a read: the series after a prefix of the rows, merged with
/// the rest, is the series after all of them. That holds because rows act on single days, prices
/// stay as they were given, and the window of days only ever moves forward.
enum SeriesMerge {
  /// `base`, as stored, with `rows` in the order in which they were applied; one of the two is
  /// there. The result keeps the last `DemandSeries.maximumDays` days.
  static func merge(_ base: DemandSeries?, _ rows: ArraySlice<TailRow>) -> DemandSeries {
    var merged = frame(base, rows)
    let start = merged.start.number
    let days = merged.units.count
    // Days on which a replacing source has had its first row: the source above, the day below.
    var touched: Set<UInt64> = []
    for row in rows {
      // Days before the window are as good as never sold.
      let day = Int(row.day - start)
      guard day >= 0, day < days else { continue }
      var replaces = false
      if row.replacingSource >= 0 {
        let key = UInt64(UInt32(bitPattern: row.replacingSource)) << 32 | UInt64(day)
        replaces = touched.insert(key).inserted
      }
      if replaces {
        merged.units[day] = row.units
        if !merged.prices.isEmpty { merged.prices[day] = row.price }
        if !merged.promotions.isEmpty { merged.promotions[day] = row.promotion }
        if !merged.stockouts.isEmpty { merged.stockouts[day] = row.outOfStock }
      } else {
        merged.units[day] = merged.units[day].isNaN ? row.units : merged.units[day] + row.units
        if !row.price.isNaN { merged.prices[day] = row.price }
        if row.promotion { merged.promotions[day] = true }
        if row.outOfStock { merged.stockouts[day] = true }
      }
    }
    if merged.prices.allSatisfy(\.isNaN) { merged.prices = [] }
    if !merged.promotions.contains(true) { merged.promotions = [] }
    if !merged.stockouts.contains(true) { merged.stockouts = [] }
    return merged
  }

  /// `base` stretched over the days of `rows`, with columns for all that they bring.
  private static func frame(
    _ base: DemandSeries?, _ rows: ArraySlice<TailRow>
  ) -> DemandSeries {
    var first = base.map(\.start.number) ?? .max
    var last = base.map(\.end.number) ?? .min
    var hasPrices = base.map { !$0.prices.isEmpty } ?? false
    var hasPromotions = base.map { !$0.promotions.isEmpty } ?? false
    var hasStockouts = base.map { !$0.stockouts.isEmpty } ?? false
    for row in rows {
      first = min(first, row.day)
      last = max(last, row.day)
      hasPrices = hasPrices || !row.price.isNaN
      hasPromotions = hasPromotions || row.promotion
      hasStockouts = hasStockouts || row.outOfStock
    }
    first = max(first, last - Int32(DemandSeries.maximumDays - 1))
    let days = Int(last - first + 1)
    var framed = DemandSeries(
      start: Day(number: first), units: [Double](repeating: 0, count: days),
      prices: hasPrices ? [Float](repeating: .nan, count: days) : [],
      promotions: hasPromotions ? [Bool](repeating: false, count: days) : [],
      stockouts: hasStockouts ? [Bool](repeating: false, count: days) : [])
    guard let base else { return framed }
    // Where the base goes in the frame; its own first days may lie before it.
    let offset = Int(base.start.number - first)
    for index in max(0, -offset)..<max(0, -offset, base.units.count) {
      framed.units[offset + index] = base.units[index]
      if !base.prices.isEmpty { framed.prices[offset + index] = base.prices[index] }
      if !base.promotions.isEmpty { framed.promotions[offset + index] = base.promotions[index] }
      if !base.stockouts.isEmpty { framed.stockouts[offset + index] = base.stockouts[index] }
    }
    return framed
  }
}
