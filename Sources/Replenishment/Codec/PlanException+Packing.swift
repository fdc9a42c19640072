import Demand
import Packing

extension PlanException {
  func pack(into writer: inout ByteWriter) {
    writer.fixed(kind.rawValue)
    switch self {
    case .stockOut(let position, let day, let units, let value, let late):
      writer.pack(day)
      for figure in [position, units, value, late] { writer.figure(figure) }
    case .overstock(let position, let coverDays, let units, let value),
      .runDown(let position, let coverDays, let units, let value):
      for figure in [position, coverDays, units, value] { writer.figure(figure) }
    case .dataFault(let faults, let value):
      writer.fixed(faults.rawValue)
      writer.figure(value)
    case .minimumForcesCover(let coverDays, let units, let value):
      for figure in [coverDays, units, value] { writer.figure(figure) }
    case .deadStock(let units, let value):
      for figure in [units, value] { writer.figure(figure) }
    case .infeasibleLimit(let limit, let needed, let value):
      writer.fixed(limit.rawValue)
      for figure in [needed, value] { writer.figure(figure) }
    case .heldBack(let limit, let units, let value):
      writer.fixed(limit.rawValue)
      for figure in [units, value] { writer.figure(figure) }
    }
  }

  /// Reads what `pack` wrote, of the first version of plans too.
  init(_ reader: inout ByteReader, isFirst: Bool) throws(PackingError) {
    guard let kind = Kind(rawValue: try reader.byte()) else {
      throw .invalid(what: "exception kind")
    }
    switch kind {
    case .stockOut:
      let day = try reader.day("stock-out day")
      self = .stockOut(
        position: try reader.position(), day: day, units: try reader.figure("units"),
        value: try reader.figure("value"), late: isFirst ? 0 : try reader.figure("late units"))
    case .overstock:
      self = .overstock(
        position: try reader.position(), coverDays: try reader.figure("cover"),
        units: try reader.figure("units"), value: try reader.figure("value"))
    case .dataFault:
      let faults = DataFaults(rawValue: try reader.byte())
      guard DataFaults.all.contains(faults) else { throw .invalid(what: "data faults") }
      self = .dataFault(faults, value: try reader.figure("value"))
    case .minimumForcesCover:
      self = .minimumForcesCover(
        coverDays: try reader.figure("cover"), units: try reader.figure("units"),
        value: try reader.figure("value"))
    case .deadStock:
      self = .deadStock(units: try reader.figure("units"), value: try reader.figure("value"))
    case .runDown:
      self = .runDown(
        position: try reader.position(), coverDays: try reader.figure("cover"),
        units: try reader.figure("units"), value: try reader.figure("value"))
    case .infeasibleLimit:
      guard let limit = SharedLimit(rawValue: try reader.byte()) else {
        throw .invalid(what: "shared limit")
      }
      self = .infeasibleLimit(
        limit, needed: try reader.figure("needed"), value: try reader.figure("value"))
    case .heldBack:
      guard let limit = TodayLimit(rawValue: try reader.byte()) else {
        throw .invalid(what: "limit of today")
      }
      self = .heldBack(
        by: limit, units: try reader.figure("units"), value: try reader.figure("value"))
    }
  }
}

extension ByteWriter {
  mutating func pack(_ day: Day) { zigzag(Int64(day.number)) }

  mutating func pack(_ limit: TodayLimit?) { fixed(limit.map { $0.rawValue + 1 } ?? 0) }
}

extension ByteReader {
  mutating func day(_ what: String) throws(PackingError) -> Day {
    guard let number = Int32(exactly: try zigzag()) else { throw .invalid(what: what) }
    return Day(number: number)
  }

  mutating func position() throws(PackingError) -> Double {
    try figure("position", in: -Bounds.figure...Bounds.figure)
  }

  mutating func todayLimit() throws(PackingError) -> TodayLimit? {
    let code = try byte()
    guard code > 0 else { return nil }
    guard let limit = TodayLimit(rawValue: code - 1) else { throw .invalid(what: "limit of today") }
    return limit
  }
}
