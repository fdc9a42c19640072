import Demand
import Tables

/// Which SKUs the tables of a folder name, where and when they sell: what a check compares.
///
/// A SKU at a location costs a bit for each day between its first row and its last; beyond
/// `maximumPairs` of them rows that are there twice are not looked for any more.
@safe
struct SeenSales {
  static let maximumPairs = 4_000_000

  /// A table that names SKUs.
  struct Mention: OptionSet {
    let rawValue: UInt8
    static let sales = Mention(rawValue: 1)
    static let items = Mention(rawValue: 2)
    static let suppliers = Mention(rawValue: 4)
    static let distribution = Mention(rawValue: 8)
    static let inventory = Mention(rawValue: 16)
  }

  /// A SKU at a location: which tables name it, and the days of its sales.
  private struct Pair {
    var mentions: Mention = []
    var days = DaySet()
  }

  private(set) var skus = NameIndex()
  private(set) var mentions: [Mention] = []
  private(set) var locations = NameIndex()
  /// By location, the rows of each day.
  private(set) var calendar: [DayCounts] = []
  private var places: [UInt64: Int32] = [:]
  private var pairs: [Pair] = []
  private var lastPlace: (key: UInt64, pair: Int) = (.max, 0)

  /// Rows for a SKU, location and day that has one already, and the first of them.
  private(set) var repeated = 0
  private(set) var firstRepeated: (line: Int, sku: Int, location: Int, day: Day)?

  /// Whether there were too many places to look for rows that are there twice.
  var isOverfull: Bool { pairs.count > Self.maximumPairs }

  @discardableResult
  mutating func mention(_ name: UnsafeBufferPointer<UInt8>, _ mention: Mention) -> Int {
    let sku = unsafe skus.findOrInsert(name)
    if sku == mentions.count { mentions.append([]) }
    mentions[sku].insert(mention)
    return sku
  }

  mutating func mention(_ sku: SKU, _ mention: Mention) {
    unsafe sku.bytes.withUnsafeBufferPointer { _ = unsafe self.mention($0, mention) }
  }

  mutating func mention(_ sku: SKU, at location: Location, _ mention: Mention) {
    let number = unsafe sku.bytes.withUnsafeBufferPointer { unsafe self.mention($0, mention) }
    let place = unsafe location.bytes.withUnsafeBufferPointer { unsafe self.place($0) }
    pairs[pair(number, place)].mentions.insert(mention)
  }

  mutating func sold(_ row: SalesFields) {
    let sku = unsafe mention(row.sku, .sales)
    let location = unsafe place(row.location)
    let day = unsafe row.day
    calendar[location].add(day)
    let index = pair(sku, location)
    pairs[index].mentions.insert(.sales)
    guard index < Self.maximumPairs else { return }
    guard !pairs[index].days.insert(day) else { return }
    repeated += 1
    if firstRepeated == nil { firstRepeated = unsafe (row.line, sku, location, day) }
  }

  /// Places that one table names and another does not: how many, and the first.
  func places(with some: Mention, without others: Mention) -> (count: Int, first: String)? {
    var count = 0
    var first: UInt64 = .max
    for (key, index) in places {
      let mentions = pairs[Int(index)].mentions
      guard mentions.isSuperset(of: some), mentions.isDisjoint(with: others) else { continue }
      count += 1
      first = min(first, key)
    }
    guard count > 0 else { return nil }
    return (count, "\(sku(Int(first >> 24))) at \(location(Int(first & 0xFF_FFFF)))")
  }

  /// SKUs that one table names and others do not: how many, and the first.
  func skus(with some: Mention, without others: Mention) -> (count: Int, first: String)? {
    let found = mentions.indices.filter {
      mentions[$0].isSuperset(of: some) && mentions[$0].isDisjoint(with: others)
    }
    return found.first.map { (found.count, sku($0)) }
  }

  func sku(_ number: Int) -> String { String(decoding: skus.names[number], as: UTF8.self) }
  func location(_ number: Int) -> String {
    String(decoding: locations.names[number], as: UTF8.self)
  }

  private mutating func place(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    let place = unsafe locations.findOrInsert(name)
    if place == calendar.count { calendar.append(DayCounts()) }
    return place
  }

  private mutating func pair(_ sku: Int, _ location: Int) -> Int {
    let key = UInt64(sku) << 24 | UInt64(location)
    if key == lastPlace.key { return lastPlace.pair }
    let pair = Int(places[key] ?? Int32(pairs.count))
    if pair == pairs.count {
      pairs.append(Pair())
      places[key] = Int32(pair)
    }
    lastPlace = (key, pair)
    return pair
  }
}

/// A set of days, a bit each from the first on.
struct DaySet: Equatable {
  private var firstWord: Int32 = 0
  private var words: [UInt64] = []

  /// Adds a day; false when it was there.
  mutating func insert(_ day: Day) -> Bool {
    let word = day.number >> 6
    let bit = UInt64(1) << UInt64(day.number & 63)
    if words.isEmpty { firstWord = word }
    if word < firstWord {
      words.insert(contentsOf: repeatElement(0, count: Int(firstWord - word)), at: 0)
      firstWord = word
    }
    let index = Int(word - firstWord)
    if index >= words.count {
      words.append(contentsOf: repeatElement(0, count: index + 1 - words.count))
    }
    guard words[index] & bit == 0 else { return false }
    words[index] |= bit
    return true
  }
}

/// How many rows there are of each day, from the first on.
struct DayCounts: Equatable {
  private(set) var first: Int32 = 0
  private(set) var counts: [Int32] = []

  mutating func add(_ day: Day) {
    if counts.isEmpty { first = day.number }
    if day.number < first {
      counts.insert(contentsOf: repeatElement(0, count: Int(first - day.number)), at: 0)
      first = day.number
    }
    let index = Int(day.number - first)
    if index >= counts.count {
      counts.append(contentsOf: repeatElement(0, count: index + 1 - counts.count))
    }
    counts[index] &+= 1
  }

  /// From the first day with a row to the last one.
  var days: ClosedRange<Day>? {
    guard !counts.isEmpty else { return nil }
    return Day(number: first)...Day(number: first + Int32(counts.count) - 1)
  }

  func count(of day: Day) -> Int {
    let index = Int(day.number) - Int(first)
    return counts.indices.contains(index) ? Int(counts[index]) : 0
  }
}
