import Demand
import TestSupport
import Testing

@testable import Marketplace

@Suite("Events of the sample")
struct SampleEventTests {
  private static let lastDay = Day(year: 2026, month: 11, day: 19)
  private static let calendar = SampleCalendar(lastDay: lastDay, count: 730, further: 0, seed: 1)
  private static let places = (0..<8).map { SampleWarehouse(number: $0, seed: 1) }

  private static func index(_ text: String) throws -> Int { try Day(text) - calendar.firstDay }

  @Test(
    "Easter is where the church has it",
    arguments: [
      "1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2024-03-31", "2025-04-20",
      "2026-04-05", "2027-03-28", "2038-04-25",
    ])
  func easter(date: String) {
    let year = Int(date.prefix(4)) ?? 0
    #expect(SampleHoliday.easter(year).description == date)
  }

  @Test("moving holidays move")
  func moving() throws {
    func first(_ name: String, _ year: Int) throws -> String {
      try #require(SampleHoliday.all.first { $0.name == name }).firstDay(in: year).description
    }
    #expect(try first("black-friday", 2024) == "2024-11-29")
    #expect(try first("black-friday", 2026) == "2026-11-27")
    #expect(try first("mothers-day", 2026) == "2026-05-04")
    #expect(try first("ascension", 2026) == "2026-05-14")
  }

  @Test("holidays close and lift by category, and some in some places only")
  func holidays() throws {
    let grocery = try #require(SampleCategory.index["grocery"])
    let electronics = try #require(SampleCategory.index["electronics"])
    let (berlin, madrid) = (Self.places[0].region, Self.places[1].region)
    let easter = try Self.index("2026-04-05")
    let blackFriday = try Self.index("2025-11-28")
    let epiphany = try Self.index("2026-01-06")
    for category in SampleCategory.all.indices {
      #expect(Self.calendar.holidays(of: category, berlin)[easter] == 0)
    }
    #expect(Self.calendar.holidays(of: electronics, berlin)[blackFriday] > 2)
    #expect(Self.calendar.holidays(of: grocery, berlin)[blackFriday] == 1)
    #expect(Self.calendar.holidays(of: grocery, madrid)[epiphany] < 0.5)
    #expect(Self.calendar.holidays(of: grocery, berlin)[epiphany] == 1)
    // The day before.
    #expect(Self.calendar.holidays(of: grocery, madrid)[epiphany - 1] > 1)
  }

  @Test("each is known until 91 days after the last day, with its place where it has one")
  func known() {
    let events = SampleEvent.all(Self.calendar, Self.places, seed: 1)
    let end = Self.lastDay + SampleCalendar.knownDays
    #expect(events.allSatisfy { $0.days.upperBound >= Self.calendar.firstDay })
    #expect(events.allSatisfy { $0.days.lowerBound <= end })
    #expect(events.contains { $0.name == "christmas" && $0.days.contains(Self.lastDay + 36) })
    #expect(events.contains { $0.isPromotion && $0.days.lowerBound > Self.lastDay })
    #expect(events.allSatisfy { $0.isPromotion == ((0.05...0.4).contains($0.cut)) })
    let epiphanies = events.filter { $0.name == "epiphany" && $0.days.contains(Self.lastDay + 48) }
    #expect(
      epiphanies.map(\.scope.description)
        == ["location=madrid", "location=warsaw", "location=milan", "location=vienna"])
    #expect(Set(events.map { "\($0.name) \($0.days) \($0.scope)" }).count == events.count)
  }

  @Test("a sale of a category is on the tags of its SKUs, and no two of one overlap")
  func sales() {
    for (index, category) in SampleCategory.all.enumerated() {
      let sales = SampleEvent.all(Self.calendar, [], seed: 1).filter {
        $0.isPromotion && $0.scope.category == category.name
      }
      #expect(sales.count >= 6)
      var cuts = [Double](repeating: 0, count: Self.calendar.texts.count)
      for sale in sales {
        for day in cuts.indices where sale.days.contains(Self.calendar.firstDay + day) {
          #expect(cuts[day] == 0)
          cuts[day] = sale.cut
        }
      }
      let known = 730 + SampleCalendar.knownDays
      #expect(cuts[..<known] == Self.calendar.cuts(of: index)[..<known])
    }
  }

  @Test("the offers of single SKUs that are listed are on their tags")
  func offers() {
    var count = 0
    for number in 1...100 {
      let product = SampleProduct(number: number, seed: 1)
      let course = SampleCourse(
        of: product, seed: 1, calendar: Self.calendar,
        count: 730 + SampleCalendar.knownDays)
      for offer in course.planned {
        count += 1
        let event = SampleEvent(offer, of: product, Self.calendar)
        #expect(event?.scope.sku?.bytes == product.sku && event?.cut == offer.cut)
        for day in offer.days where day < course.offers.count {
          #expect(course.areOnPromotion[Int(course.offers[day])])
        }
      }
    }
    #expect(count > 10)
  }

  @Test("the table of a sample that ends with the calendar holds no day beyond it")
  func endOfDays() throws {
    let (folder, _) = try SampleTables.write(
      SampleMarketplace(
        skus: 40, warehouses: 2, days: 60, lastDay: Day.supported.upperBound))
    for row in try SampleTables.rows(folder, "events.csv") {
      #expect(try Day(String(row[1])) <= Day(String(row[2])))
    }
  }
}
