/// The best packs within a supply, where the price of supply leaves some of it unused: a search
/// through all lots that could be part of a better answer.
///
/// At that price p every pair has a least f + p Q. Whatever the others do, a lot that lies above its
/// pair's least by more than the answer lies above the sum of all leasts, less p times the supply,
/// is in no better answer. What is left is a handful of lots, gone through in the order of what
/// they lose (branch and bound, Land and Doig 1960).
struct SupplyEnumeration {
  /// Lots of a pair, and steps, beyond which nothing more is looked for.
  private static let lotLimit = 500, stepLimit = 100_000

  private let supply: Double, price: Double
  /// The choices of each pair that may be better, the least first, and what the pairs from one on
  /// need at the least.
  private var choices: [[PairChoice]] = []
  private var least: [(lot: Double, priced: Double)]
  private var best: Double
  private var taken: [Int] = [], bestTaken: [Int]?
  private var steps = 0

  /// Nothing where lots are not all packs, or too many.
  init?(
    _ item: CoupledItem, _ prices: [PairPrices], supply: Double, price: Double,
    answer: [PairChoice]
  ) {
    (self.supply, self.price) = (supply, price)
    best = answer.reduce(0) { $0 + $1.value }
    var free: [PairChoice] = []
    for (index, pair) in item.pairs.enumerated() {
      guard
        let choice = pair.choose(prices[index], supply: price, most: item.most(index))
      else { return nil }
      free.append(choice)
    }
    let slack = best - (free.reduce(0) { $0 + $1.value } - price * supply)
    for (index, pair) in item.pairs.enumerated() {
      guard
        let near = pair.choices(
          prices[index], supply: price, most: item.most(index), upTo: free[index].value + slack,
          limit: Self.lotLimit)
      else { return nil }
      choices.append(near)
    }
    least = Array(repeating: (0, 0), count: item.pairs.count + 1)
    for index in choices.indices.reversed() {
      least[index].lot =
        least[index + 1].lot + (choices[index].map(\.lot).min() ?? 0)
      least[index].priced = least[index + 1].priced + (choices[index].first?.value ?? 0)
    }
  }

  /// The best choices that were found, with the price of supply in their values: nothing where the
  /// answer was as good. `isBest` once all was looked at, before steps ran out.
  mutating func run() -> (choices: [PairChoice]?, isBest: Bool) {
    go(lot: 0, priced: 0)
    let found = bestTaken.map { taken in zip(choices, taken).map { $0[$1] } }
    return (found, steps < Self.stepLimit)
  }

  private mutating func go(lot: Double, priced: Double) {
    steps += 1
    guard steps < Self.stepLimit else { return }
    let index = taken.count
    guard index < choices.count else {
      let value = priced - price * lot
      if value < best { (best, bestTaken) = (value, taken) }
      return
    }
    for (number, choice) in choices[index].enumerated() {
      let (lots, sum) = (lot + choice.lot, priced + choice.value)
      // The choices after it lose still more.
      guard sum + least[index + 1].priced - price * supply < best else { return }
      guard lots + least[index + 1].lot <= supply * (1 + 1e-12) else { continue }
      taken.append(number)
      go(lot: lots, priced: sum)
      taken.removeLast()
    }
  }
}
