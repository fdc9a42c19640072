import Demand

/// A sale of a whole category: some days of lower prices that everybody knows of beforehand. It
/// depends on the seed, the category and the year alone.
struct SampleSale {
  let name: String
  let category: String
  let firstDay: Day
  let lastDay: Day
  /// The share taken off the price.
  let cut: Double

  static func all(category: Int, year: Int, seed: UInt64) -> [SampleSale] {
    var random = SampleRandom(seed: seed, -100_000 - category, year)
    let name = SampleCategory.all[category].name
    let count = random.whole(3...5)
    return (0..<count).map { number in
      // Each in a part of the year of its own, so that no two of a category overlap.
      let part = 365 / count
      let length = random.whole(4...12)
      let first =
        Day(year: year, month: 1, day: 1) + (number * part + random.whole(0...part - length - 1))
      return SampleSale(
        name: "\(name)-sale-\(year)-\(number + 1)", category: name, firstDay: first,
        lastDay: first + (length - 1), cut: (random.between(0.08, 0.28) * 100).rounded() / 100)
    }
  }
}
