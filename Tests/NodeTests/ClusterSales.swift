import Demand
import TestSupport

/// Sales for a test: rows as a file has them, and what they come to.
struct Sales {
  /// What a row is about.
  struct Key: Hashable, CustomStringConvertible {
    var sku: String, location: String, date: String

    var description: String { "\(sku) at \(location) on \(date)" }
  }

  static let header = "sku,location,date,units\n"

  private(set) var rows: [String] = []
  /// The units of each key, added up.
  private(set) var sums: [Key: Int] = [:]

  var text: String { Self.header + rows.joined() }

  mutating func add(_ key: Key, units: Int) {
    rows.append("\(key.sku),\(key.location),\(key.date),\(units)\n")
    sums[key, default: 0] += units
  }

  /// Adds all rows of others.
  mutating func append(_ other: Sales) {
    rows += other.rows
    sums.merge(other.sums, uniquingKeysWith: +)
  }

  /// Rows of some SKUs in two locations, in any order and several for one key.
  static func made(rows count: Int, skus: Int = 40, days: Int = 60, seed: UInt64) -> Sales {
    var random = SplitMix64(seed: seed)
    var sales = Sales()
    let names = (1...skus).map { "S-\($0)" }
    let dates = (0..<days).map { (Self.firstDay + $0).description }
    for _ in 0..<count {
      let key = Key(
        sku: names[Int.random(in: 0..<skus, using: &random)],
        location: Bool.random(using: &random) ? "north" : "south",
        date: dates[Int.random(in: 0..<days, using: &random)])
      sales.add(key, units: Int.random(in: 1...9, using: &random))
    }
    return sales
  }

  private static let firstDay = Day(number: 9_000)

  /// The units by key of an exported table of sales.
  static func sums(ofExport text: String) -> [Key: Int] {
    var sums: [Key: Int] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 4 else { continue }
      let key = Key(sku: fields[0], location: fields[1], date: fields[2])
      sums[key, default: 0] += Int(fields[3]) ?? Int.min
    }
    return sums
  }

  /// The first keys in which an exported table differs, in words; empty when there are none.
  func differences(fromExport text: String) -> [String] {
    let found = Self.sums(ofExport: text)
    let keys = Set(sums.keys).union(found.keys)
    return keys.filter { sums[$0] != found[$0] }.prefix(5).map { key in
      "\(key): \(sums[key].map(String.init) ?? "nothing") sent, "
        + "\(found[key].map(String.init) ?? "nothing") there"
    }
  }
}
