public import Packing

/// Events as bytes: their names once, then each by its name's place.
extension ByteWriter {
  /// Appends events.
  public mutating func events(_ events: [Event]) {
    var places: [String: Int] = [:]
    var names: [String] = []
    for event in events where places[event.name] == nil {
      places[event.name] = names.count
      names.append(event.name)
    }
    count(names.count)
    for name in names { string(name) }
    count(events.count)
    for event in events {
      count(places[event.name] ?? 0)
      event.pack(into: &self)
    }
  }
}

extension ByteReader {
  /// Reads what `ByteWriter.events` wrote; the bytes may be hostile.
  public mutating func events() throws(PackingError) -> [Event] {
    var names: [String] = []
    for _ in 0..<(try count("event names", limit: EventCalendar.maximumCount, minimumBytes: 1)) {
      let name = try string("event", limit: Event.maximumNameBytes)
      guard !name.isEmpty else { throw .invalid(what: "event without a name") }
      names.append(name)
    }
    var events: [Event] = []
    for _ in 0..<(try count("events", limit: EventCalendar.maximumCount, minimumBytes: 4)) {
      let place = try count("event", limit: Int(Int32.max))
      guard place < names.count else { throw .invalid(what: "name of an event") }
      events.append(try Event(named: names[place], from: &self))
    }
    return events
  }
}

extension Event {
  /// What stands in the first byte beside the kind.
  private enum Flag {
    static let sku: UInt8 = 2, category: UInt8 = 4, location: UInt8 = 8, priceCut: UInt8 = 16
    static let all: UInt8 = 31
  }

  fileprivate func pack(into writer: inout ByteWriter) {
    var flags = kind.rawValue
    if scope.sku != nil { flags |= Flag.sku }
    if scope.category != nil { flags |= Flag.category }
    if scope.location != nil { flags |= Flag.location }
    if priceCut != nil { flags |= Flag.priceCut }
    writer.fixed(flags)
    writer.zigzag(Int64(firstDay.number))
    writer.count(lastDay - firstDay)
    if let sku = scope.sku { writer.blob(sku.bytes) }
    if let category = scope.category { writer.string(category) }
    if let location = scope.location { writer.blob(location.bytes) }
    if let priceCut { writer.double(priceCut) }
  }

  fileprivate init(named name: String, from reader: inout ByteReader) throws(PackingError) {
    let flags = try reader.byte()
    guard flags <= Flag.all, let kind = EventKind(rawValue: flags & 1) else {
      throw .invalid(what: "event \(name)")
    }
    let days = Int64(Day.supported.lowerBound.number)...Int64(Day.supported.upperBound.number)
    let first = try reader.zigzag()
    guard days.contains(first) else { throw .invalid(what: "first day of \(name)") }
    let firstDay = Day(number: Int32(first))
    let length = try reader.count("days of an event", limit: Self.maximumDays - 1)
    guard days.contains(first + Int64(length)) else { throw .invalid(what: "last day of \(name)") }
    self.init(name: name, firstDay: firstDay, lastDay: firstDay + length, kind: kind)
    if flags & Flag.sku != 0 { scope.sku = try SKU(from: &reader) }
    if flags & Flag.category != 0 {
      scope.category = try reader.string("category", limit: Item.maximumCategoryBytes)
    }
    if flags & Flag.location != 0 { scope.location = try Location(from: &reader) }
    if flags & Flag.priceCut != 0 {
      let cut = try reader.finiteDouble("price cut")
      guard kind == .promotion, cut >= 0, cut < 1 else { throw .invalid(what: "price cut") }
      priceCut = cut
    }
  }
}
