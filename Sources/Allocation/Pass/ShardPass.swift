/// How many pairs stand side by side. The answer is the same.
public enum LaneWidth: Int, CaseIterable, Sendable {
  case four = 4
  case eight = 8

  /// What is fastest on the processors that this build is for.
  public static var fastest: LaneWidth {
    #if GRANARY_X86_64_V4
      .eight
    #else
      .four
    #endif
  }
}

extension PairBlock {
  /// What its lots cost and take at these prices. Curvatures by the price of lines are left out
  /// unless `hasLines`.
  public func sums(
    _ prices: Prices, kappa: Double, hasLines: Bool, width: LaneWidth = .fastest
  ) -> LimitSums {
    let prices = BlockPrices(prices, warehouse: warehouse, kappa: kappa)
    return switch width {
    case .four: SIMD4<Double>.pass(self, prices, hasLines: hasLines)
    case .eight: SIMD8<Double>.pass(self, prices, hasLines: hasLines)
    }
  }
}

extension PairShard {
  /// The sums of its blocks by warehouse, added in their order, then those of its coupled items.
  public func sums(
    _ prices: Prices, kappa: Double, hasLines: Bool, width: LaneWidth = .fastest
  ) -> [LimitSums] {
    var sums = Array(repeating: LimitSums(), count: warehouseCount)
    for block in blocks {
      sums[block.warehouse] += block.sums(prices, kappa: kappa, hasLines: hasLines, width: width)
    }
    for item in coupled { item.add(to: &sums, prices, kappa: kappa) }
    return sums
  }
}
