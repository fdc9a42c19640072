import Demand

/// Today's stock of a product in a warehouse: around the reorder point for most; one in ten is
/// about to run out, one in ten holds far too much. A cramped warehouse lives from hand to mouth.
/// Where the shelf is empty on the last day of sales, it is so today.
struct SampleStock {
  /// What a cramped warehouse has of what others have.
  private static let crampedPart = 0.6

  let onHand: Int
  let reserved: Int
  /// Ordered without a day of arrival.
  let onOrder: Int
  /// Ordered and on its way, with the days from the last day on which it arrives.
  let inTransit: [(units: Int, days: Int)]
  /// What sells a day of late.
  let ratePerDay: Double

  init(
    _ product: SampleProduct, ratePerDay rate: Double, shelf last: SampleShelf, lastDay: Int,
    isCramped: Bool, _ random: inout SampleRandom
  ) {
    ratePerDay = rate
    guard !last.isEmpty else {
      (onHand, reserved, onOrder) = (0, 0, 0)
      inTransit = last.onItsWay.map { ($0.units, $0.day - lastDay) }
      return
    }
    let leadTime = Double(product.item.leadTimeDays ?? 7)
    let duringLeadTime = rate * leadTime
    let reorderPoint =
      duringLeadTime + 2 * (duringLeadTime * Double(product.lump)).squareRoot()
    let lot = max(product.item.minimumOrder ?? 1, (rate * 14).rounded(.up))
    let fate = random.uniform()
    var shelf: Double
    switch fate {
    case ..<0.1: shelf = duringLeadTime * random.between(0, 0.4)
    case ..<0.2: shelf = (reorderPoint + lot) * random.between(3, 10) * (isCramped ? 0.2 : 1)
    default: shelf = reorderPoint * random.between(0.7, 1) + lot * random.uniform()
    }
    if isCramped { shelf *= Self.crampedPart }
    onHand = Int(shelf.rounded())
    reserved = Int((min(shelf, rate) * random.uniform()).rounded(.down))
    let isOrdered = fate >= 0.1 && shelf < reorderPoint && random.chance(0.7)
    let multiple = product.item.orderMultiple ?? 1
    let ordered = isOrdered ? Int((lot / multiple).rounded(.up) * multiple) : 0
    // Of two orders one has left its supplier, some of those in two parts.
    guard ordered > 0, random.chance(0.5) else {
      onOrder = ordered
      inTransit = []
      return
    }
    onOrder = 0
    let days = random.whole(1...max(1, product.item.leadTimeDays ?? 7))
    let isSplit = random.chance(0.2) && ordered > 1
    inTransit =
      isSplit ? [(ordered / 2, days), (ordered - ordered / 2, days + 3)] : [(ordered, days)]
  }

  /// All units that need space today or soon.
  var total: Double { Double(onHand + onOrder + inTransit.reduce(0) { $0 + $1.units }) }
}
