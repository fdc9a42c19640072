import Demand

/// A row of `events.csv`: a holiday or a promotion that is known of beforehand.
struct SampleEvent: Equatable {
  /// The SKUs, from the first, whose own promotions are listed: a table of events is a short one.
  static let mostPlannedSKUs = 2_000
  /// How far back they are listed.
  private static let mostYears = 10
  static let columns = ["event", "first_day", "last_day", "kind", "scope", "price_cut"]

  let name: String
  let days: ClosedRange<Day>
  var isPromotion = false
  var scope = PolicyScope()
  var cut = Double.nan

  /// What all know of: holidays and sales of whole categories, by their first days.
  static func all(
    _ calendar: SampleCalendar, _ places: [SampleWarehouse], seed: UInt64
  ) -> [SampleEvent] {
    let lastDay = calendar.firstDay + (calendar.count - 1)
    let known =
      max(
        calendar.firstDay, lastDay - mostYears * 366)...min(
        lastDay + SampleCalendar.knownDays, Day.supported.upperBound)
    var events: [SampleEvent] = []
    for year in known.lowerBound.calendar.year...known.upperBound.calendar.year {
      events += SampleHoliday.all.flatMap { holidays($0, in: year, places) }
      for category in SampleCategory.all.indices {
        events += SampleSale.all(category: category, year: year, seed: seed).map { sale in
          var scope = PolicyScope()
          scope.category = sale.category
          return SampleEvent(
            name: sale.name, days: sale.firstDay...sale.lastDay, isPromotion: true, scope: scope,
            cut: sale.cut)
        }
      }
    }
    // In order of their first days; those of a day as they are listed above.
    return events.filter { $0.days.overlaps(known) }.enumerated().sorted {
      ($0.element.days.lowerBound, $0.offset) < ($1.element.days.lowerBound, $1.offset)
    }.map(\.element)
  }

  private static func holidays(
    _ holiday: SampleHoliday, in year: Int, _ places: [SampleWarehouse]
  ) -> [SampleEvent] {
    let first = holiday.firstDay(in: year)
    let days = first...first + (holiday.days - 1)
    let kept = places.filter { $0.region.keeps(holiday) }
    var scopes: [PolicyScope] = []
    for category in holiday.categories.isEmpty ? [nil] : holiday.categories.map(Optional.some) {
      var scope = PolicyScope()
      scope.category = category
      if holiday.cities.isEmpty {
        scopes.append(scope)
      } else {
        for place in kept {
          scope.location = try? Location(bytes: place.name)
          scopes.append(scope)
        }
      }
    }
    return scopes.map { SampleEvent(name: holiday.name, days: days, scope: $0) }
  }
}

extension SampleEvent {
  /// A promotion of one SKU that goes on after the history, or comes then.
  init?(
    _ promotion: SampleCourse.Promotion, of product: SampleProduct, _ calendar: SampleCalendar
  ) {
    let first = calendar.firstDay + promotion.days.lowerBound
    let last = calendar.firstDay + promotion.days.upperBound
    let known = calendar.firstDay + (calendar.count - 1 + SampleCalendar.knownDays)
    guard first <= min(known, Day.supported.upperBound), last <= Day.supported.upperBound,
      let sku = try? SKU(bytes: product.sku)
    else { return nil }
    name = "\(sku)-offer-\(first)"
    days = first...last
    isPromotion = true
    scope.sku = sku
    cut = promotion.cut
  }
}
