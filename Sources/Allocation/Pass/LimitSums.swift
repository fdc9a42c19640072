/// What a pass says about the pairs of a warehouse at given prices: what their lots cost and take,
/// and how that changes with the prices. Safety stocks are there where prices move them; what they
/// take in any case stands in `BlockExtremes`. With p the price of holding and N that of an order,
/// dQ/dp = -Q / 2p and dQ/dN = Q / 2N where no bound holds Q; curvatures are left undivided.
public struct LimitSums: Equatable, Sendable {
  /// Of ordering and holding, a year, without prices.
  public var cost = 0.0
  /// Sums of volume times lot, of unit cost times lot, and of orders a year.
  public var volume = 0.0, cash = 0.0, orders = 0.0
  /// Sums of v v Q/p, v c Q/p and c c Q/p over the lots that can move.
  public var volumeVolume = 0.0, volumeCash = 0.0, cashCash = 0.0
  /// Sums of D/(Q N), v Q/N and c Q/N over the lots that can move; asked for with lines' prices.
  public var ordersOrders = 0.0, volumeOrders = 0.0, cashOrders = 0.0
  /// Of coupled pairs: volume and cash of the safety stocks.
  public var safetyVolume = 0.0, safetyCash = 0.0
  /// By how much the choices may lie above the least of the Lagrangian; 0 but where packs or breaks
  /// share a supply.
  public var overshoot = 0.0

  /// How many of these numbers a block sums.
  static let count = 10

  /// Nothing.
  public init() {}

  /// Folds a block's partial sums, one for each lane of its groups, always in the same tree.
  init(lanes: (_ sum: Int, _ lane: Int) -> Double) {
    func fold(_ sum: Int) -> Double {
      let even = (lanes(sum, 0) + lanes(sum, 4)) + (lanes(sum, 2) + lanes(sum, 6))
      return even + ((lanes(sum, 1) + lanes(sum, 5)) + (lanes(sum, 3) + lanes(sum, 7)))
    }
    cost = fold(0)
    volume = fold(1)
    cash = fold(2)
    orders = fold(3)
    volumeVolume = fold(4)
    volumeCash = fold(5)
    cashCash = fold(6)
    ordersOrders = fold(7)
    volumeOrders = fold(8)
    cashOrders = fold(9)
  }

  /// Adds those of others. To be done in the order of blocks and shards.
  public static func += (sum: inout LimitSums, other: LimitSums) {
    sum.cost += other.cost
    sum.volume += other.volume
    sum.cash += other.cash
    sum.orders += other.orders
    sum.volumeVolume += other.volumeVolume
    sum.volumeCash += other.volumeCash
    sum.cashCash += other.cashCash
    sum.ordersOrders += other.ordersOrders
    sum.volumeOrders += other.volumeOrders
    sum.cashOrders += other.cashOrders
    sum.safetyVolume += other.safetyVolume
    sum.safetyCash += other.safetyCash
    sum.overshoot += other.overshoot
  }
}
