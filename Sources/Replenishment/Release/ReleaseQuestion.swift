import Packing

/// What the shards are asked to share out today's limits.
enum ReleaseQuestion: Equatable {
  /// What is there and what would come, of some warehouses.
  case totals(Range<Int>)
  /// What would come, by the next bits of its key.
  case digits(ReleaseDigits)
}

/// The search for the least key that still fits, in several groups of one resource at once: the
/// bits of the key are settled from the highest one down, some at a time.
struct ReleaseDigits: Equatable {
  /// One group's search.
  struct Search: Equatable {
    var group: Int
    /// The bits that are settled, and how many.
    var prefix: UInt64 = 0
    var settled = 0

    /// The next bits of a key whose first ones are those that are settled.
    func digit(of key: UInt64, width: Int) -> Int? {
      if settled > 0, key >> UInt64(64 - settled) != prefix { return nil }
      return Int(truncatingIfNeeded: (key << UInt64(settled)) >> UInt64(64 - width))
    }
  }

  var resource: ReleaseResource
  /// The bits that are asked for.
  var width: Int
  var searches: [Search]
  /// What is decided already.
  var thresholds: ReleaseThresholds

  /// The most searches of a question, and the most digits of all of them: an answer of a shard
  /// stays below 128 KiB.
  static let mostSearches = 512, mostDigits = 8_192
  /// The most warehouses of a question for totals.
  static let mostWarehouses = 24

  /// The widest digit that so many searches may ask for.
  static func width(searches: Int) -> Int {
    var width = 8
    while searches << width > mostDigits { width -= 1 }
    return width
  }
}

/// What is there and what would come, by resource and group.
struct ReleaseTotals: Equatable {
  struct Entry: Equatable {
    var base: UInt64 = 0
    var wanted: UInt64 = 0
    /// The most that one alone would take.
    var largest: UInt64 = 0
  }

  private(set) var entries: [[Int: Entry]] = [[:], [:], [:], [:]]

  mutating func add(
    _ resource: ReleaseResource, _ group: Int, base: UInt64, wanted: UInt64, largest: UInt64
  ) {
    let place = Int(resource.rawValue)
    var entry = entries[place][group] ?? Entry()
    entry.base = ReleaseAmount.sum(entry.base, base)
    entry.wanted = ReleaseAmount.sum(entry.wanted, wanted)
    entry.largest = max(entry.largest, largest)
    entries[place][group] = entry
  }

  mutating func add(_ other: ReleaseTotals) {
    for resource in ReleaseResource.allCases {
      for (group, entry) in other.entries[Int(resource.rawValue)] {
        add(
          resource, group, base: entry.base, wanted: entry.wanted, largest: entry.largest)
      }
    }
  }

  func entry(_ resource: ReleaseResource, _ group: Int) -> Entry {
    entries[Int(resource.rawValue)][group] ?? Entry()
  }
}

/// How many candidates there are, and of which amount, by search and digit.
struct ReleaseCounts: Equatable {
  struct Entry: Equatable {
    var count: UInt64 = 0
    var amount: UInt64 = 0
  }

  private(set) var searches: [[Int: Entry]]

  init(searches count: Int) { searches = Array(repeating: [:], count: count) }

  mutating func add(_ search: Int, digit: Int, amount: UInt64, count: UInt64 = 1) {
    var entry = searches[search][digit] ?? Entry()
    entry.count = ReleaseAmount.sum(entry.count, count)
    entry.amount = ReleaseAmount.sum(entry.amount, amount)
    searches[search][digit] = entry
  }

  mutating func add(_ other: ReleaseCounts) {
    for (index, digits) in other.searches.enumerated() where index < searches.count {
      for (digit, entry) in digits {
        add(index, digit: digit, amount: entry.amount, count: entry.count)
      }
    }
  }
}
