extension Pair {
  /// Its best lot at these prices, the one that a pass chooses: that of a block, when the pair's
  /// numbers are ones that `Float` holds.
  public func lot(_ prices: Prices, kappa: Double) -> Double {
    let bounds = bounds
    var own = self
    (own.smallestLot, own.largestLot) = (bounds.lowerBound, bounds.upperBound)
    return ScalarPass.lot(own, BlockPrices(prices, warehouse: warehouse, kappa: kappa)).lot
  }
}
