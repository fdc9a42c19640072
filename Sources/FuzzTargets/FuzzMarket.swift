import Demand
import Forecasting
import Replenishment

/// A small market with some of everything, from which inputs are made.
enum FuzzMarket {
  static let asOf = Day(number: 20_777)
  static let sku = SKU(trusted: Array("A-1".utf8))
  static let place = Location(trusted: Array("north".utf8))

  static var items: [Item] {
    var last = Item(category: "größe", unitCost: 4.5, price: 9.99, volumeCubicMetres: 0.002)
    last.shelfLifeDays = 45
    last.lifecycle = .lastBuy
    return [
      Item(), last, Item(leadTimeDays: 7, orderCost: 60, minimumOrder: 24, orderMultiple: 12),
    ]
  }

  static var stock: Stock {
    var stock = Stock(onHand: 7, reserved: 2.5, onOrder: 1)
    stock.inTransit = [Receipt(units: 48, day: asOf + 3), Receipt(units: 5, day: asOf + 9)]
    return stock
  }

  static func supply() throws -> SupplyList {
    var list = SupplyList()
    _ = list.put(
      SupplyOption(
        origin: .supplier("acme"), unitCost: 4, leadTimeDays: 7, leadTimeDeviation: 1.5,
        minimumOrder: 24, orderMultiple: 12, maximumOrder: 600, orderCost: 60,
        breaks: [PriceBreak(from: 60, unitCost: 3.7), PriceBreak(from: 480, unitCost: 3.5)],
        isIncremental: true, available: 900))
    _ = list.put(SupplyOption(origin: .warehouse(try Location("south")), leadTimeDays: 1))
    return list
  }

  /// Days of which something is known, past and to come.
  static func events() throws -> [Event] {
    let toys = try EventScope(text: "category=toys location=north")
    let one = try EventScope(text: "sku=A-1")
    let days = [-170, -120, -80, -35, 5]
    return days.map { Event(name: "Fête", firstDay: asOf + $0, lastDay: asOf + ($0 + 1)) }
      + [
        Event(
          name: "Sale", firstDay: asOf + -20, lastDay: asOf + -16, kind: .promotion, scope: toys,
          priceCut: 0.25),
        Event(name: "Sale", firstDay: asOf + 3, kind: .promotion, scope: one),
      ]
  }

  /// Limits of every kind, rules of every sort, lanes, events.
  static func document() throws -> PlanningDocument {
    var document = PlanningDocument()
    let places = try ["north", "south", "west"].map { try Location($0) }
    document.warehouses = WarehouseList(
      places.map {
        Warehouse(
          location: $0, capacityCubicMetres: 3, storageCostPerCubicMetreYear: 20,
          receivingLinesPerDay: 0.4)
      })
    document.limits.cash = 900
    document.limits.cashToday = 120
    var fill = PolicyRule(scope: try PolicyScope(text: "category=toys"))
    (fill.serviceType, fill.serviceLevel) = (.fill, 0.97)
    var classes = PolicyRule(scope: try PolicyScope(text: "class=AX location=north"))
    classes.serviceLevel = 0.98
    var fixed = PolicyRule(scope: try PolicyScope(text: "sku=S-3"))
    fixed.fixedLot = 33
    document.rules = [fill, classes, fixed]
    document.lanes = [
      Lane(origin: places[0], destination: places[1], leadTimeDays: 1, unitCost: 0.2)
    ]
    document.events = try events()
    return document
  }

  /// A dozen SKUs at up to three locations.
  static func cases() throws -> [ItemCase] {
    let places = try ["north", "south", "west"].map { try Location($0) }
    return try (0..<12).map { number in
      var item = items[number % 3]
      item.category = number % 4 == 0 ? "toys" : "tools"
      item.unitCost = item.unitCost ?? Double(number + 1)
      return ItemCase(
        sku: try SKU("S-\(number)"), item: item,
        locations: try places.prefix(1 + number % 3).map { place in
          LocationCase(
            location: place, forecast: forecast(perDay: Double(number) * 0.7),
            stock: number % 5 == 4 ? nil : stock, options: try supply().options)
        })
    }.sorted { $0.sku < $1.sku }
  }

  /// Quantiles that spread with the square root of time.
  private static func forecast(perDay mean: Double) -> Forecast {
    let days = 112
    let scores = [-2.0, -1.3, -0.7, 0, 0.7, 1.3, 1.7, 2, 2.4]
    let levels = Quantiles.levels.indices.map { scores[$0 % scores.count] }.sorted()
    func quantiles(_ span: Int) -> [Double] {
      let total = mean * Double(span)
      return levels.map { max(0, total + total.squareRoot() * $0) }
    }
    return Forecast(
      mean: Array(repeating: mean, count: days),
      quantiles: (0..<days).flatMap { _ in quantiles(1) },
      cumulative: Quantiles.spans(within: days).flatMap(quantiles))
  }

  /// Half a year of a SKU: one location sells often, one seldom.
  static func demand() throws -> [LocationDemand] {
    let busy = (0..<180).map { Double(($0 * 7 + $0 / 5) % 11) }
    let quiet = (0..<180).map { $0 % 9 == 4 ? 2.0 : 0 }
    return try [("north", busy), ("south", quiet)].map { name, units in
      LocationDemand(
        location: try Location(name), series: DemandSeries(start: asOf - 179, units: units))
    }
  }

  /// The same with everything that is cleaned away: empty shelves, returns, a day that is none.
  static func uncleanDemand() throws -> [LocationDemand] {
    try demand().map { demand in
      var demand = demand
      demand.series.stockouts = demand.series.units.indices.map { $0 % 40 < 3 }
      for (index, units) in [(20, -4.0), (60, 9_000), (100, -0.5)] {
        demand.series.units[index] = units
      }
      return demand
    }
  }
}
