import Demand
import Replenishment

/// All that is known of the SKUs of a shard, in memory: what a worker's database is to a cluster.
struct LocalShard: Sendable {
  /// Something at a location.
  struct Located<Value: Sendable>: Sendable {
    var location: Location
    var value: Value
  }

  /// What is known of a SKU.
  private struct Known: Sendable {
    var sku: SKU
    var item: Item?
    var stock: [Located<Stock>] = []
    var supplyEverywhere = SupplyList()
    var supply: [Located<SupplyList>] = []
    var forecasts: [Located<(place: ForecastShelf.Place, line: Int)>] = []
  }

  private var known: [Known] = []
  private var numbers: [SKU: Int] = [:]
  private var shelf = ForecastShelf()
  /// The longest forecast, in days.
  private(set) var horizon = 0

  /// How many SKUs there are.
  var count: Int { known.count }

  // MARK: Taking in

  /// Takes an item; the last one of a SKU wins.
  mutating func take(_ sku: SKU, _ item: Item) { known[number(of: sku)].item = item }

  /// Takes stock; the last one of a place wins.
  mutating func take(_ sku: SKU, at location: Location, _ stock: Stock) {
    let number = number(of: sku)
    if let place = known[number].stock.firstIndex(where: { $0.location == location }) {
      known[number].stock[place].value = stock
    } else {
      known[number].stock.append(Located(location: location, value: stock))
    }
  }

  /// Takes a way of supply; the last one from an origin wins. False where there are too many.
  mutating func take(_ sku: SKU, at location: Location?, _ option: SupplyOption) -> Bool {
    let number = number(of: sku)
    guard let location else { return known[number].supplyEverywhere.put(option) }
    if let place = known[number].supply.firstIndex(where: { $0.location == location }) {
      return known[number].supply[place].value.put(option)
    }
    var list = SupplyList()
    guard list.put(option) else { return false }
    known[number].supply.append(Located(location: location, value: list))
    return true
  }

  /// Takes a forecast of a place that has none yet, which begins on a line. Otherwise the line of
  /// the one that was there.
  mutating func take(
    _ sku: SKU, at location: Location, mean: [Double], totals: [Double], line: Int
  ) -> Int? {
    let number = number(of: sku)
    if let twin = known[number].forecasts.first(where: { $0.location == location }) {
      return twin.value.line
    }
    let place = shelf.add(mean: mean, totals: totals)
    known[number].forecasts.append(Located(location: location, value: (place, line)))
    horizon = max(horizon, mean.count)
    return nil
  }

  /// Puts SKUs and locations into the order in which a cluster keeps them: SKUs by digest, then by
  /// bytes.
  mutating func finish() {
    numbers = [:]
    shelf.trim()
    known.sort { $0.sku < $1.sku }
    for number in known.indices {
      known[number].stock.sort { $0.location < $1.location }
      known[number].forecasts.sort { $0.location < $1.location }
    }
  }

  private mutating func number(of sku: SKU) -> Int {
    if let number = numbers[sku] { return number }
    numbers[sku] = known.count
    known.append(Known(sku: sku))
    return known.count - 1
  }

  // MARK: Handing out

  /// Whether there is a forecast that a change of demand is about.
  func hasDemand(of change: Scenario.DemandChange) -> Bool {
    known.contains { known in
      (change.sku ?? known.sku) == known.sku
        && (change.category.map { $0 == known.item?.category } ?? true)
        && known.forecasts.contains { (change.location ?? $0.location) == $0.location }
    }
  }

  /// All that the SKU of a number is planned by: every location that has a forecast or stock. What
  /// has stock alone sells nothing for `horizon` days.
  func itemCase(_ number: Int, horizon: Int) -> ItemCase {
    let known = known[number]
    var places: [LocationCase] = []
    places.reserveCapacity(known.forecasts.count)
    var stock = known.stock[...]
    func stand(_ entry: Located<Stock>) -> LocationCase {
      LocationCase(
        location: entry.location, forecast: .nothing(days: horizon), stock: entry.value,
        options: options(of: known, at: entry.location))
    }
    for entry in known.forecasts {
      while let first = stock.first, first.location < entry.location {
        places.append(stand(stock.removeFirst()))
      }
      var place = LocationCase(
        location: entry.location, forecast: shelf.forecast(at: entry.value.place),
        options: options(of: known, at: entry.location))
      if stock.first?.location == entry.location { place.stock = stock.removeFirst().value }
      places.append(place)
    }
    for entry in stock { places.append(stand(entry)) }
    return ItemCase(sku: known.sku, item: known.item, locations: places)
  }

  /// Those of the location, and those of everywhere from origins that the location says nothing of.
  private func options(of known: Known, at location: Location) -> [SupplyOption] {
    let own = known.supply.first { $0.location == location }?.value ?? SupplyList()
    return own.completed(by: known.supplyEverywhere, at: location)
  }
}
