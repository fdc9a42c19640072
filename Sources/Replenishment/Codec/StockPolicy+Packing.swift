import Demand
import Packing

/// A policy as bytes: which of its figures are not what is usual or follows from others, and those.
extension StockPolicy {
  /// The most rules of a policy, and the most bytes of a rule or of a supplier's name.
  private static let ruleLimit = 32, textLimit = 1_024

  /// The figures in packed order; their places are the bits of the mask, so they never change.
  private var figures: [Double] {
    [
      annualDemand, economicLot, lot, reorderPoint, leadTimeMean, safetyStock, serviceLevel,
      unitCost, volumeCubicMetres, orderCost, holdingCost, minimumOrder, orderMultiple,
      expectedFill, stockoutCost, maximumOrder, leadTimeDeviation, lotBeforePrices, spacePrice,
      cashPrice, linePrice, Double(leadTimeDays), Double(reviewDays), Double(maximumCoverDays),
      backordered,
    ]
  }

  /// What a figure is where nothing is packed of it, given those before it.
  private func usual(_ place: Int) -> Double {
    switch place {
    case 5: max(0, reorderPoint - leadTimeMean)
    case 6: 0.95
    case 12, 13, 22: 1
    case 15: .infinity
    case 17: lot
    case 23: 180
    default: 0
    }
  }

  /// Classes and kinds in one number.
  private var kinds: Int {
    let classes = (Int(valueClass?.rawValue ?? 3) << 2) | Int(variabilityClass?.rawValue ?? 3)
    return (isMoved ? 64 : 0) | (Int(serviceType.rawValue) << 4) | classes
  }

  func pack(into writer: inout ByteWriter) {
    writer.fixed(basis.rawValue)
    writer.count(kinds)
    var mask: UInt64 = 0
    let figures = figures
    for place in figures.indices where figures[place] != usual(place) { mask |= 1 << UInt64(place) }
    writer.varint(mask)
    for place in figures.indices where mask >> UInt64(place) & 1 == 1 {
      writer.figure(figures[place])
    }
    writer.string(Self.cut(supplier))
    writer.count(min(rules.count, Self.ruleLimit))
    for rule in rules.prefix(Self.ruleLimit) { writer.string(Self.cut(rule)) }
  }

  /// What fits of a text.
  private static func cut(_ text: String) -> String {
    guard text.utf8.count > textLimit else { return text }
    var cut = text
    while cut.utf8.count > textLimit { cut.removeLast() }
    return cut
  }

  /// Reads what `pack` wrote.
  init(_ reader: inout ByteReader) throws(PackingError) {
    self.init()
    try readKinds(&reader)
    let mask = try reader.varint()
    guard mask >> 25 == 0 else { throw .invalid(what: "figures of a policy") }
    for place in 0..<25 {
      let isPacked = mask >> UInt64(place) & 1 == 1
      try set(place, to: isPacked ? Self.figure(&reader, place) : usual(place))
    }
    supplier = try reader.string("supplier", limit: Self.textLimit)
    for _ in 0..<(try reader.count("rules", limit: Self.ruleLimit, minimumBytes: 1)) {
      rules.append(try reader.string("rule", limit: Self.textLimit))
    }
  }

  private mutating func readKinds(_ reader: inout ByteReader) throws(PackingError) {
    basis = PolicyBasis(rawValue: try reader.fixed())
    guard PolicyBasis.all.contains(basis) else { throw .invalid(what: "policy basis") }
    let kinds = try reader.count("kinds of a policy", limit: 127)
    guard let service = ServiceType(rawValue: UInt8(kinds >> 4 & 3)) else {
      throw .invalid(what: "service type")
    }
    serviceType = service
    isMoved = kinds & 64 != 0
    valueClass = ValueClass(rawValue: UInt8(kinds >> 2 & 3))
    variabilityClass = VariabilityClass(rawValue: UInt8(kinds & 3))
  }

  private static func figure(
    _ reader: inout ByteReader, _ place: Int
  ) throws(PackingError) -> Double {
    switch place {
    case 6, 13: try reader.figure("share", in: 0...1)
    case 12: try reader.figure("order multiple", in: Bounds.step...Bounds.figure)
    case 21...23: Double(try reader.wholeDays())
    default: try reader.figure("figure of a policy")
    }
  }

  private mutating func set(_ place: Int, to value: Double) throws(PackingError) {
    switch place {
    case 0: annualDemand = value
    case 1: economicLot = value
    case 2:
      // Costs a year divide by the lot: a lot too small for a step would make them infinite.
      guard value == 0 || value >= Bounds.step else { throw .invalid(what: "lot") }
      lot = value
    case 3: reorderPoint = value
    case 4: leadTimeMean = value
    case 5: safetyStock = value
    case 6: serviceLevel = value
    case 7: unitCost = value
    case 8: volumeCubicMetres = value
    case 9: orderCost = value
    case 10: holdingCost = value
    case 11: minimumOrder = value
    case 12: orderMultiple = value
    case 13: expectedFill = value
    case 14: stockoutCost = value
    case 15: maximumOrder = value
    case 16: leadTimeDeviation = value
    case 17: lotBeforePrices = value
    case 18: spacePrice = value
    case 19: cashPrice = value
    case 20: linePrice = value
    case 21: leadTimeDays = Int(value)
    case 22: reviewDays = Int(value)
    case 23: maximumCoverDays = Int(value)
    default: backordered = value
    }
  }

  /// Reads what the first version of plans wrote.
  init(first reader: inout ByteReader) throws(PackingError) {
    self.init()
    basis = PolicyBasis(rawValue: try reader.fixed())
    guard PolicyBasis.all.contains(basis) else { throw .invalid(what: "policy basis") }
    for place in [0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11, 12] {
      try set(place, to: Self.figure(&reader, place))
    }
    leadTimeDays = try reader.days("lead time")
    reviewDays = try reader.days("review")
    maximumCoverDays = try reader.days("maximum cover")
    lotBeforePrices = lot
  }
}

extension ByteReader {
  /// Reads a figure that is a count of days.
  fileprivate mutating func wholeDays() throws(PackingError) -> Int {
    let value = try figure("days", in: 0...10_000)
    guard let days = Int(exactly: value) else { throw .invalid(what: "days") }
    return days
  }
}
