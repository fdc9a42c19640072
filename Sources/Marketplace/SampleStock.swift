import Demand

/// Today's stock of a product in a warehouse: around the reorder point for most; one in ten is
/// about to run out, one in ten holds far too much.
struct SampleStock {
  private static let daysOfRecentSales = 28

  let onHand: Int
  let reserved: Int
  let onOrder: Int

  init(
    _ product: SampleProduct, _ course: SampleCourse, share: Double, _ random: inout SampleRandom
  ) {
    let recent = course.expected.suffix(Self.daysOfRecentSales)
    let rate =
      recent.reduce(0, +) * share * Double(product.lump) / Double(max(1, recent.count))
    let leadTime = Double(product.item.leadTimeDays ?? 7)
    let duringLeadTime = rate * leadTime
    let reorderPoint =
      duringLeadTime + 2 * (duringLeadTime * Double(product.lump)).squareRoot()
    let lot = max(product.item.minimumOrder ?? 1, (rate * 14).rounded(.up))
    let fate = random.uniform()
    let shelf: Double
    switch fate {
    case ..<0.1: shelf = duringLeadTime * random.between(0, 0.4)
    case ..<0.2: shelf = (reorderPoint + lot) * random.between(3, 10)
    default: shelf = reorderPoint * random.between(0.7, 1) + lot * random.uniform()
    }
    onHand = Int(shelf.rounded())
    reserved = Int((min(shelf, rate) * random.uniform()).rounded(.down))
    let isOrdered = fate >= 0.1 && shelf < reorderPoint && random.chance(0.7)
    let multiple = product.item.orderMultiple ?? 1
    onOrder = isOrdered ? Int((lot / multiple).rounded(.up) * multiple) : 0
  }

  /// All units that need space today or soon.
  var total: Double { Double(onHand + onOrder) }
}
