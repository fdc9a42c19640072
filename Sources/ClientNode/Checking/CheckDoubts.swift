import CommandLineArguments
import Demand
import Tables

/// What the tables of a folder say that may not be meant: each would be taken in as it is.
struct CheckDoubts {
  /// A location that stops so many days before the others is doubted.
  private static let silentDays = 7
  /// A location with fewer rows a day than this on average may have days without any.
  private static let busyRows = 5.0
  /// SKUs up to which spellings are compared.
  private static let maximumSpellings = 5_000_000

  /// What a day without rows may mean.
  private static let silence = "nothing sold then, as it is taken, or rows are missing"

  private let files: [InputTable: String]
  private let rows: [InputTable: Int]
  private let seen: SeenSales
  private let facts: CheckedFacts
  private var doubts: [CheckDoubt] = []

  init(_ tables: [CheckedTable], _ seen: SeenSales, _ facts: CheckedFacts) {
    let taken = tables.filter { $0.failure == nil }
    files = Dictionary(taken.map { ($0.table, $0.path) }, uniquingKeysWith: { first, _ in first })
    rows = Dictionary(taken.map { ($0.table, $0.rows) }, uniquingKeysWith: { first, _ in first })
    self.seen = seen
    self.facts = facts
  }

  /// All of them, in the order of the tables.
  var all: [CheckDoubt] {
    var copy = self
    copy.addEmpty()
    copy.addScopes()
    copy.addItems()
    copy.addStrangers()
    copy.addPlaces()
    copy.addSales()
    copy.addSpellings()
    return copy.doubts
  }

  /// A file that is not taken, and is called nearly like a table or begins like one.
  static func strayFile(_ path: String) -> CheckDoubt? {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard !name.hasSuffix(".rejects.csv") else { return nil }
    let known = InputTable.allCases.flatMap { table in
      TableFile.endings.map { "\(table.rawValue).\($0)" }
    }
    if let meant = NearestName.find(name, among: known) {
      return CheckDoubt(path, "is not taken; is \(meant) meant?")
    }
    let table = InputTable.allCases.first { name.hasPrefix($0.rawValue) }
    return table.map { table in
      CheckDoubt(path, "is not taken with the folder; take it in by its name, as \(table.rawValue)")
    }
  }

  private mutating func add(_ table: InputTable, _ sentence: String) {
    guard let path = files[table] else { return }
    doubts.append(CheckDoubt(path, sentence))
  }

  private func has(_ tables: InputTable...) -> Bool { tables.allSatisfy { files[$0] != nil } }

  /// Files with a first line and nothing more.
  private mutating func addEmpty() {
    for table in InputTable.allCases where rows[table] == 0 {
      add(table, "has no rows" + (table.isDocument ? "; it takes away what there was" : ""))
    }
  }

  // MARK: Rules and items

  private mutating func addScopes() {
    addScopes(facts.scopes, .policy, "rule")
    addScopes(facts.eventScopes, .events, "event")
  }

  private mutating func addScopes(_ scopes: [PolicyScope], _ table: InputTable, _ word: String) {
    for (index, scope) in scopes.enumerated() {
      let rule = "\(word) \(index + 1) (\(scope))"
      if let category = scope.category, has(.items), !facts.categories.contains(category) {
        add(table, "\(rule): no item has the category\(hint(category, facts.categories))")
      }
      if let supplier = scope.supplier, has(.suppliers), !facts.suppliers.contains(supplier) {
        add(
          table, "\(rule): suppliers.csv has no such supplier\(hint(supplier, facts.suppliers))")
      }
      if let sku = scope.sku, has(.sales), !isNamed(sku) {
        add(table, "\(rule): no other table has this SKU; it is compared byte by byte")
      }
    }
  }

  private func hint(_ word: String, _ names: Set<String>) -> String {
    NearestName.find(word, among: names.sorted()).map { "; is \"\($0)\" meant?" } ?? ""
  }

  private func isNamed(_ sku: SKU) -> Bool {
    var index = seen.skus
    return unsafe sku.bytes.withUnsafeBufferPointer { unsafe index.find($0) } != nil
  }

  private mutating func addItems() {
    if let first = facts.firstLossMaker {
      add(
        .items,
        "\(count(facts.lossMakers, "item costs", "items cost")) more than the price "
          + "(\(first)\(andMore(facts.lossMakers))); are the columns the right way round?")
    }
    if has(.sales), let (missing, first) = seen.skus(with: .sales, without: .items) {
      add(
        .items,
        "\(count(missing, "SKU", "SKUs")) with sales "
          + "\(missing == 1 ? "has" : "have") no row (\(first)\(andMore(missing))); cost and "
          + "volume are taken from the settings (policy.*)")
    }
  }

  // MARK: Names that stand alone

  private mutating func addStrangers() {
    guard has(.sales) else { return }
    let kinds: [(InputTable, SeenSales.Mention, String)] = [
      (.items, .items, "nothing is forecast for them"),
      (.suppliers, .suppliers, "nothing is ordered for them"),
      (.distribution, .distribution, "nothing is moved for them"),
      (.inventory, .inventory, "their stock counts as overstock, if at all"),
    ]
    for (table, mention, consequence) in kinds {
      guard let (alone, first) = seen.skus(with: mention, without: .sales) else { continue }
      add(
        table,
        "\(count(alone, "SKU", "SKUs")) without a sale (\(first)\(andMore(alone))); "
          + "\(consequence)")
    }
  }

  private mutating func addPlaces() {
    guard has(.sales, .inventory),
      let (missing, first) = seen.places(with: .sales, without: .inventory)
    else { return }
    add(
      .inventory,
      "\(count(missing, "SKU at a location sells", "SKUs at locations sell")) and "
        + "\(missing == 1 ? "has" : "have") no row (\(first)\(andMore(missing))); "
        + "their stock counts as 0")
  }

  // MARK: Sales

  private mutating func addSales() {
    if let first = seen.firstRepeated {
      add(
        .sales,
        "\(count(seen.repeated, "row is", "rows are")) for a SKU, location and day that has one "
          + "already (line \(first.line): \(seen.sku(first.sku)) at "
          + "\(seen.location(first.location)) on \(first.day)\(andMore(seen.repeated))); "
          + "they add up, or set it with --replace")
    }
    if seen.isOverfull {
      add(
        .sales,
        "rows that are there twice were looked for in the first "
          + "\(Readable.grouped(SeenSales.maximumPairs)) SKUs at locations only")
    }
    if let first = facts.firstLate {
      add(
        .sales,
        "\(count(facts.lateRows, "row is", "rows are")) later than today, \(facts.today) "
          + "(line \(first.line): \(first.day)\(andMore(facts.lateRows))); "
          + "are day and month the right way round?")
    }
    addSilence()
  }

  /// Days on which a location that sells every day sold nothing, and locations that stop.
  private mutating func addSilence() {
    let days = seen.calendar.compactMap(\.days)
    guard let first = days.map(\.lowerBound).min(), let last = days.map(\.upperBound).max()
    else { return }
    let empty = stride(from: first.number, through: last.number, by: 1).map { Day(number: $0) }
      .filter { day in seen.calendar.allSatisfy { $0.count(of: day) == 0 } }
    if let day = empty.first {
      add(
        .sales,
        "\(count(empty.count, "day", "days")) from \(first) to \(last) without any row "
          + "(\(day)\(andMore(empty.count))); \(Self.silence)"
      )
    }
    let closed = Set(empty)
    for (number, calendar) in seen.calendar.enumerated() {
      guard let own = calendar.days else { continue }
      let name = seen.location(number)
      let rest = Int(last.number - own.upperBound.number)
      if rest >= Self.silentDays {
        add(
          .sales,
          "\(name) has its last row on \(own.upperBound), \(rest) days before the last of all; "
            + "is it closed, or are rows missing?")
      }
      let rows = calendar.counts.reduce(0) { $0 + Int($1) }
      guard Double(rows) >= Self.busyRows * Double(calendar.counts.count) else { continue }
      let silent = calendar.counts.indices.filter { calendar.counts[$0] == 0 }
        .map { Day(number: calendar.first + Int32($0)) }.filter { !closed.contains($0) }
      guard let day = silent.first else { continue }
      add(
        .sales,
        "\(name) has no row on \(count(silent.count, "day", "days")) between its first and its "
          + "last (\(day)\(andMore(silent.count))); \(Self.silence)"
      )
    }
  }

  /// SKUs that a person would take for the same.
  private mutating func addSpellings() {
    guard seen.skus.names.count <= Self.maximumSpellings else { return }
    var spellings: [String: Int] = [:]
    var twins: [(Int, Int)] = []
    for number in seen.skus.names.indices {
      // Strings are equal where their accents are composed otherwise, which the bytes are not.
      let words = seen.sku(number).lowercased().split(whereSeparator: \.isWhitespace)
      let spelling = words.joined(separator: " ")
      if let other = spellings[spelling] {
        twins.append((other, number))
      } else {
        spellings[spelling] = number
      }
    }
    guard let (one, other) = twins.first else { return }
    let table: InputTable =
      InputTable.allCases.reversed().first { files[$0] != nil && !$0.isDocument } ?? .sales
    add(
      table,
      "\(count(twins.count, "SKU differs", "SKUs differ")) from another in case, blanks or the "
        + "form of accents alone (\"\(seen.sku(one))\", \"\(seen.sku(other))\""
        + "\(andMore(twins.count))); they are different SKUs, compared byte by byte")
  }

  // MARK: Words

  private func count(_ value: Int, _ one: String, _ more: String) -> String {
    Readable.grouped(value, one, more)
  }

  /// Behind the first of several.
  private func andMore(_ count: Int) -> String { count > 1 ? ", ..." : "" }
}
