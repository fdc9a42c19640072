public import Demand

/// A sales row whose parts were checked; the bytes are valid during the call that hands it over.
@unsafe
public struct SalesFields {
  /// The bytes of the SKU.
  public let sku: UnsafeBufferPointer<UInt8>
  /// The bytes of the location.
  public let location: UnsafeBufferPointer<UInt8>
  /// The day.
  public let day: Day
  /// The units sold.
  public let units: Double
  /// The price of one, where it is given.
  public let price: Float?
  /// Whether a promotion ran.
  public let promotion: Bool
  /// Whether the shelf was empty for all or part of the day.
  public let outOfStock: Bool
  /// The physical line on which the row starts.
  public let line: Int
}

/// What becomes of rows whose units are below 0: returns.
public enum ReturnsRule: String, CaseIterable, Sendable {
  /// They are bad rows.
  case refuse
  /// They are taken off what was sold that day.
  case net
  /// They are left out.
  case ignore
}

/// Reads sales: `sku,location,date,units[,price,promotion,in_stock]`, columns in any order.
@safe
public struct SalesReader: ~Copyable {
  private struct Places {
    var sku: Int, location: Int, date: Int, units: Int, price: Int, promotion: Int, inStock: Int
  }

  private var rows: ColumnReader
  private let places: Places
  private let returns: ReturnsRule
  private let defaultLocation: [UInt8]
  private var knownLocations: NameIndex?
  private var days = DayText()
  /// The rows so far whose units were below 0 and that were taken or left out as `returns` says.
  public private(set) var returnCount = 0
  /// The rows so far that say that the shelf was empty.
  public private(set) var outOfStockCount = 0

  /// Reads the first line of `source`.
  ///
  /// A file without a `location` column is taken where `defaultLocation` says what to put there.
  /// Rows at a location that `knownLocations` does not hold are rejected.
  public init(
    _ source: ByteSource, columns: ColumnNames = ColumnNames(), defaultLocation: Location? = nil,
    knownLocations: [Location]? = nil, returns: ReturnsRule = .refuse
  ) throws(TableError) {
    let hasDefault = defaultLocation != nil
    let file = source.name
    let opened = try ColumnReader(
      source, required: ["sku", "date", "units"] + (hasDefault ? [] : ["location"]),
      optional: ["price", "promotion", "in_stock"] + (hasDefault ? ["location"] : []),
      names: columns)
    try Self.checkSpelling(opened.header, columns, file: file)
    rows = opened
    // A place of -1 is an absent column.
    places = Places(
      sku: rows.place(of: "sku") ?? -1, location: rows.place(of: "location") ?? -1,
      date: rows.place(of: "date") ?? -1, units: rows.place(of: "units") ?? -1,
      price: rows.place(of: "price") ?? -1, promotion: rows.place(of: "promotion") ?? -1,
      inStock: rows.place(of: "in_stock") ?? -1)
    self.returns = returns
    self.defaultLocation = defaultLocation?.bytes ?? []
    if let knownLocations {
      var index = NameIndex()
      for location in knownLocations {
        unsafe location.bytes.withUnsafeBufferPointer { _ = unsafe index.findOrInsert($0) }
      }
      self.knownLocations = index
    }
  }

  /// A column that is nearly called like one that may be absent is refused: what it says would be
  /// lost without a word.
  private static func checkSpelling(
    _ header: [String], _ names: ColumnNames, file: String
  ) throws(TableError) {
    let found = Set(header.map { $0.lowercased() })
    let known = ColumnNames.sales.map { names.name(of: $0).lowercased() }
    let absent = known.filter { !found.contains($0) }
    for column in header where !known.contains(column.lowercased()) {
      guard let meant = NearestName.among(absent, to: column) else { continue }
      throw .misspeltColumn(file: file, column: column, meant: meant)
    }
  }

  /// Reads up to `maximumRows` rows, good or bad, and hands each to one of the two closures. False
  /// when the end was reached.
  public mutating func read(
    maximumRows: Int = .max, row: (SalesFields) -> Void, rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    var left = maximumRows
    while left > 0 {
      left -= 1
      switch try rows.next() {
      case .end: return false
      case .rejected(let rejection): rejected(rejection)
      case .row: if let fault = unsafe take(row) { rejected(explain(fault)) }
      }
    }
    return true
  }

  /// Checks the row at hand and hands it over, or says which check failed.
  @inline(__always)
  private mutating func take(_ row: (SalesFields) -> Void) -> RejectedRow.Reason? {
    let sku = unsafe rows.rows.field(places.sku)
    guard unsafe NameText.isName(sku, limit: SKU.maximumBytes) else { return .badSKU }
    guard let day = unsafe days.day(rows.rows.field(places.date)) else { return .badDate }
    guard Day.supported.contains(day) else { return .dateOutOfRange }
    guard let units = unsafe NumberText.double(rows.rows.field(places.units)) else {
      return .badUnits
    }
    guard units >= 0 || returns != .refuse else { return .negativeUnits }
    guard units.magnitude <= SalesRow.maximumUnits else { return .tooManyUnits }
    var price: Float?
    if places.price >= 0 {
      let text = unsafe rows.rows.field(places.price)
      if !text.isEmpty {
        guard let value = unsafe NumberText.double(text), value >= 0, Float(value).isFinite else {
          return .badPrice
        }
        price = Float(value == 0 ? 0 : value)
      }
    }
    var promotion = false
    if places.promotion >= 0 {
      guard let value = unsafe FlagText.flag(rows.rows.field(places.promotion)) else {
        return .badPromotion
      }
      promotion = value
    }
    var outOfStock = false
    if places.inStock >= 0 {
      let text = unsafe rows.rows.field(places.inStock)
      guard let value = unsafe FlagText.flag(text, whenEmpty: true) else { return .badInStock }
      outOfStock = !value
    }
    if places.location >= 0 {
      let location = unsafe rows.rows.field(places.location)
      if location.isEmpty, rows.isJSON, !defaultLocation.isEmpty {
        return unsafe handOverHere(sku, day, units, price, promotion, outOfStock, row)
      }
      guard unsafe NameText.isName(location, limit: Location.maximumBytes) else {
        return .badLocation
      }
      return unsafe handOver(sku, location, day, units, price, promotion, outOfStock, row)
    }
    return unsafe handOverHere(sku, day, units, price, promotion, outOfStock, row)
  }

  /// Hands over a row that names no location.
  private mutating func handOverHere(
    _ sku: UnsafeBufferPointer<UInt8>, _ day: Day, _ units: Double, _ price: Float?,
    _ promotion: Bool, _ outOfStock: Bool, _ row: (SalesFields) -> Void
  ) -> RejectedRow.Reason? {
    unsafe defaultLocation.withUnsafeBufferPointer {
      unsafe handOver(sku, $0, day, units, price, promotion, outOfStock, row)
    }
  }

  @inline(__always)
  private mutating func handOver(
    _ sku: UnsafeBufferPointer<UInt8>, _ location: UnsafeBufferPointer<UInt8>, _ day: Day,
    _ units: Double, _ price: Float?, _ promotion: Bool, _ outOfStock: Bool,
    _ row: (SalesFields) -> Void
  ) -> RejectedRow.Reason? {
    if unsafe knownLocations != nil && knownLocations?.find(location) == nil {
      return .unknownLocation
    }
    if units < 0 {
      returnCount += 1
      if returns == .ignore { return nil }
    }
    if outOfStock { outOfStockCount += 1 }
    // Adding 0 turns -0 into 0.
    unsafe row(
      SalesFields(
        sku: sku, location: location, day: day, units: units + 0, price: price,
        promotion: promotion, outOfStock: outOfStock, line: rows.rows.line))
    return nil
  }
}

// MARK: - Sentences

extension SalesReader {
  /// The rejected row for a check that failed; slow, and away from the hot path.
  @inline(never)
  private func explain(_ reason: RejectedRow.Reason) -> RejectedRow {
    rows.rows.rejection(reason, sentence(reason))
  }

  private func sentence(_ reason: RejectedRow.Reason) -> String {
    switch reason {
    case .badSKU:
      NameText.complaint("sku", text(places.sku), bytes: count(places.sku), SKU.maximumBytes)
    case .badLocation:
      NameText.complaint(
        "location", text(places.location), bytes: count(places.location), Location.maximumBytes)
    case .unknownLocation: unknownLocation
    case .badDate:
      "date \"\(text(places.date))\" is not a date; write it as 2026-11-20"
    case .dateOutOfRange:
      "date \(text(places.date)) is outside \(Day.supported.lowerBound) to "
        + "\(Day.supported.upperBound); correct it"
    case .badUnits:
      unsafe NumberText.commaComplaint("units", rows.rows.field(places.units))
        ?? "units \"\(text(places.units))\" is not a number; write it as 17 or 0.5"
    case .negativeUnits:
      "units \"\(text(places.units))\" is a return; say --returns net, which takes it off the "
        + "day's sales, or --returns ignore; once the other rows are in, send the returns alone, "
        + "in a file of their own"
    case .tooManyUnits:
      "units \(text(places.units)) are more than \(Int(SalesRow.maximumUnits)); correct them"
    case .badPrice:
      unsafe NumberText.commaComplaint("price", rows.rows.field(places.price))
        ?? "price \"\(text(places.price))\" is no price; write it as 19.90, or leave it empty"
    case .badPromotion:
      "promotion \"\(text(places.promotion))\" is neither yes nor no; "
        + "write 1, 0, true, false, yes, no or nothing"
    case .badInStock:
      "in_stock \"\(text(places.inStock))\" is neither yes nor no; write 0 where the shelf was "
        + "empty for all or part of the day, else 1 or nothing"
    default: reason.rawValue
    }
  }

  private var unknownLocation: String {
    let found =
      places.location >= 0
      ? text(places.location) : String(decoding: defaultLocation, as: UTF8.self)
    let known = (knownLocations?.names ?? []).map { String(decoding: $0, as: UTF8.self) }
    let hint = NearestName.among(known, to: found).map { "; is \"\($0)\" meant?" }
    return "location \"\(found)\" is not among the \(known.count) warehouses"
      + (hint ?? "; add it to warehouses.csv")
  }

  private func count(_ place: Int) -> Int { unsafe rows.rows.field(place).count }

  private func text(_ place: Int) -> String {
    unsafe RejectedRow.excerpt(rows.rows.field(place), limit: 40)
  }
}
