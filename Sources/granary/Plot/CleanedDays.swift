import Demand
import Forecasting

/// The days of a SKU that its models do not take as they are, at one location or at all.
struct CleanedDays: Equatable {
  /// Days on which the shelf was empty wherever it sold by then.
  private(set) var withoutStock: [Day] = []
  /// Days on which it was empty at some of several locations.
  private(set) var partlyWithoutStock: [Day] = []
  /// Days far beyond all others around them, which models leave out.
  private(set) var outliers: [Day] = []

  /// Of nothing.
  init() {}

  /// Of the locations in `series`, as a run as of a day takes them.
  init(_ series: [LocationDemand], events: [Event], asOf: Day) {
    var empty: [Day: Int] = [:]
    var starts: [Day] = []
    var far: Set<Day> = []
    for part in series {
      far.formUnion(DemandCleaning(part, events: events, asOf: asOf).outliers.map(\.day))
      // Before its first sale a location does not sell yet, with an empty shelf or without.
      let seen = part.series.seen(asOf: asOf)
      guard let first = seen.units.firstIndex(where: { $0 > 0 }) else { continue }
      starts.append(seen.start + first)
      for (index, isEmpty) in seen.stockouts.enumerated() where isEmpty && index >= first {
        empty[seen.start + index, default: 0] += 1
      }
    }
    for (day, count) in empty.sorted(by: { $0.key < $1.key }) {
      if count == starts.count(where: { $0 <= day }) {
        withoutStock.append(day)
      } else {
        partlyWithoutStock.append(day)
      }
    }
    outliers = far.sorted()
  }
}
