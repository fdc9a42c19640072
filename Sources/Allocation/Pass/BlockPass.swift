/// A block's answer to prices: its oracle is `ScalarPass`, bit for bit.
///
/// Partial sum l takes the pairs 8 g + l, in order of g; four lanes go over the block twice.
enum BlockPass<V: PairLanes> {
  @inline(__always)
  static func run(_ block: PairBlock, _ prices: BlockPrices, hasLines: Bool) -> LimitSums {
    // Four loops without a question inside.
    switch (hasLines, block.hasPacks) {
    case (false, false): sums(block, prices, hasLines: false, hasPacks: false)
    case (false, true): sums(block, prices, hasLines: false, hasPacks: true)
    case (true, false): sums(block, prices, hasLines: true, hasPacks: false)
    case (true, true): sums(block, prices, hasLines: true, hasPacks: true)
    }
  }

  @inline(__always)
  private static func sums(
    _ block: PairBlock, _ prices: BlockPrices, hasLines: Bool, hasPacks: Bool
  ) -> LimitSums {
    let group = PairBlock.group
    return unsafe withUnsafeTemporaryAllocation(
      of: Double.self, capacity: LimitSums.count * group
    ) { partial in
      guard let partials = partial.baseAddress else { return LimitSums() }
      unsafe block.numbers.withUnsafeBufferPointer { numbers in
        guard let first = numbers.baseAddress else {
          unsafe partial.initialize(repeating: 0)
          return
        }
        for lane in stride(from: 0, to: group, by: V.scalarCount) {
          unsafe walk(
            first + lane, groups: block.groups, prices, hasLines: hasLines, hasPacks: hasPacks,
            into: partials + lane)
        }
      }
      return LimitSums { sum, lane in unsafe partials[sum * group + lane] }
    }
  }

  /// Goes over `groups` groups of 8 x 7 numbers, or 8 x 8 with packs.
  @inline(__always)
  private static func walk(
    _ numbers: UnsafePointer<Float>, groups: Int, _ prices: BlockPrices, hasLines: Bool,
    hasPacks: Bool, into partials: UnsafeMutablePointer<Double>
  ) {
    let group = PairBlock.group
    let columns = hasPacks ? 8 : 7
    let zero = V.all(0)
    let (one, half, two) = (V.all(1), V.all(0.5), V.all(2))
    let (perVolume, perCash) = (V.all(prices.perVolume), V.all(prices.perCash))
    let (perOrder, weight) = (V.all(prices.perOrder), V.all(prices.weight))
    let tiny = V.all(ScalarPass.tiny)
    var (cost, volume, cash, orders) = (zero, zero, zero, zero)
    var (volumeVolume, volumeCash, cashCash) = (zero, zero, zero)
    var (ordersOrders, volumeOrders, cashOrders) = (zero, zero, zero)
    for index in 0..<groups {
      let at = index &* (columns &* group)
      let d = unsafe V.load(numbers, at: at)
      let s = unsafe V.load(numbers, at: at &+ group)
      let h = unsafe V.load(numbers, at: at &+ 2 &* group)
      let c = unsafe V.load(numbers, at: at &+ 3 &* group)
      let v = unsafe V.load(numbers, at: at &+ 4 &* group)
      let least = unsafe V.load(numbers, at: at &+ 5 &* group)
      let most = unsafe V.load(numbers, at: at &+ 6 &* group)

      let n = weight * s + perOrder
      let p = ((weight * h + perVolume * v) + perCash * c) + tiny
      let perHolding = one / p
      let squared = ((two * d) * n) * perHolding
      let free = squared.roots
      var (lot, slope) = free.within(least, most, slope: free * perHolding)
      if hasPacks {
        let pack = unsafe V.load(numbers, at: at &+ 7 &* group)
        let unit = pack.whereAboveZero(pack, else: one)
        let packs = (((one + (V.all(4) * squared) / (unit * unit)).roots - one) * half).ceilings
        let whole = (packs * unit).within(least, most, slope: zero).lot
        lot = pack.whereAboveZero(whole, else: lot)
      }
      let rate = d / lot
      cost += s * rate + (h * half) * lot
      volume += v * lot
      cash += c * lot
      orders += rate
      let (volumeSlope, cashSlope) = (v * slope, c * slope)
      volumeVolume += v * volumeSlope
      volumeCash += c * volumeSlope
      cashCash += c * cashSlope
      if hasLines {
        let perN = one / (n + tiny)
        let turn = (slope * p) * perN
        ordersOrders += ((half * p) * perN) * turn
        volumeOrders += v * turn
        cashOrders += c * turn
      }
    }
    let sums = (
      cost, volume, cash, orders, volumeVolume, volumeCash, cashCash, ordersOrders, volumeOrders,
      cashOrders
    )
    unsafe sums.0.store(partials, at: 0)
    unsafe sums.1.store(partials, at: group)
    unsafe sums.2.store(partials, at: 2 * group)
    unsafe sums.3.store(partials, at: 3 * group)
    unsafe sums.4.store(partials, at: 4 * group)
    unsafe sums.5.store(partials, at: 5 * group)
    unsafe sums.6.store(partials, at: 6 * group)
    unsafe sums.7.store(partials, at: 7 * group)
    unsafe sums.8.store(partials, at: 8 * group)
    unsafe sums.9.store(partials, at: 9 * group)
  }
}
