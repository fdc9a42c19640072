import Demand

/// The shelf of a product in a warehouse through the history: a planner orders when little is left,
/// by what sold of late, and orders take their time. What runs out runs out, more often in a peak
/// that nobody foresaw, and for the longer the longer the supplier takes.
struct SampleShelf {
  /// How much of yesterday's view of the daily demand a planner keeps.
  private static let keptView = 1 - 1.0 / 28
  /// How often the reorder point is set anew.
  private static let daysOfReview = 7
  private static let chanceOfDelay = 0.08
  /// Now and then a supplier has nothing for weeks.
  private static let chanceOfFailure = 0.01
  private static let daysOfFailure = 20...60
  /// The most days from an order to the day on which it can be sold.
  static let longestWait = 1 + SampleProduct.longestLeadTimeDays + daysOfFailure.upperBound

  private var random: SampleRandom
  private(set) var onHand = 0
  /// Orders on their way, in the order of their days, which are those on which they can be sold.
  private(set) var due: [(day: Int, units: Int)] = []
  private var dueUnits = 0
  private var view: Double
  private var reorderPoint = 0
  private var lot = 1
  /// How many standard deviations this planner keeps for safety: a few are careless.
  private let care: Double
  private let leadTime: Int
  private let lump: Int
  private let minimumOrder: Double
  private let multiple: Double
  private let coverDays: Double

  /// A shelf in the middle of its life; `rate` is what should sell a day, in units.
  init(_ product: SampleProduct, rate: Double, _ random: consuming SampleRandom) {
    let item = product.item
    care = random.chance(0.15) ? random.between(-0.5, 0.8) : random.between(1.5, 3.5)
    leadTime = item.leadTimeDays ?? 7
    lump = product.lump
    minimumOrder = item.minimumOrder ?? 1
    multiple = item.orderMultiple ?? 1
    coverDays = random.between(7, 28)
    view = rate
    self.random = random
    review()
    onHand = reorderPoint + Int(self.random.uniform() * Double(lot))
  }

  /// Whether nothing is left.
  var isEmpty: Bool { onHand == 0 }

  /// What comes next, on at most two days.
  var onItsWay: [(day: Int, units: Int)] {
    var days: [(day: Int, units: Int)] = []
    for order in due {
      if days.last?.day == order.day {
        days[days.count - 1].units += order.units
      } else if days.count < 2 {
        days.append(order)
      }
    }
    return days
  }

  /// Takes in what came for a day.
  mutating func open(_ day: Int) {
    while let first = due.first, first.day <= day {
      onHand += first.units
      dueUnits -= first.units
      due.removeFirst()
    }
  }

  /// Sells what there is of what is asked for, and says how much.
  mutating func sell(_ asked: Int) -> Int {
    let sold = min(asked, onHand)
    onHand -= sold
    return sold
  }

  /// Ends a day on which something could be sold, and orders.
  mutating func close(_ day: Int, sold: Int, wasShort: Bool) {
    // Who looks at sales alone learns nothing from an empty shelf.
    if !wasShort { view = Self.keptView * view + (1 - Self.keptView) * Double(sold) }
    if day % Self.daysOfReview == 0 { review() }
    guard onHand + dueUnits <= reorderPoint else { return }
    let arrival = day + 1 + leadTime + delay()
    let place = due.firstIndex { $0.day > arrival } ?? due.count
    due.insert((arrival, lot), at: place)
    dueUnits += lot
  }

  private mutating func delay() -> Int {
    switch random.uniform() {
    case ..<Self.chanceOfFailure: random.whole(Self.daysOfFailure)
    case ..<(Self.chanceOfFailure + Self.chanceOfDelay): random.whole(1...max(1, leadTime))
    default: 0
    }
  }

  private mutating func review() {
    let during = view * Double(leadTime + 1)
    // About the spread of demand that comes in lumps, and wider than chance alone.
    let spread = (during * Double(lump) * 1.5).squareRoot() + 0.2 * during
    reorderPoint = Int(max(0, during + care * spread).rounded())
    let wanted = max(minimumOrder, view * coverDays)
    lot = max(1, Int((wanted / multiple).rounded(.up) * multiple))
  }
}
