import CommandLineArguments
import Demand
import Forecasting

/// A SKU's course as numbers.
enum CourseJSON {
  static func text(_ course: SKUCourse, days: Int) -> String {
    var json = JSONText()
    json.object { json in
      json.member("sku", course.sku.description)
      json.member("location", course.location?.description)
      json.member("locations", course.locations.map(\.description))
      json.member("asOf", course.asOf?.description)
      json.member("model", course.model?.summary)
      json.member("quarantine", course.quarantine)
      json.array("events") { json in writeEvents(course, &json) }
      json.array("history") { json in writeHistory(course, days: days, &json) }
      json.array("forecast") { json in writeForecast(course, &json) }
      json.array("stock") { json in writeStock(course, &json) }
    }
    json.newline()
    return json.drain()
  }

  private static func writeEvents(_ course: SKUCourse, _ json: inout JSONText) {
    for event in course.events {
      json.object { json in
        json.member("event", event.name)
        json.member("kind", event.kind.name)
        json.member("firstDay", event.firstDay.description)
        json.member("lastDay", event.lastDay.description)
        json.member("location", event.scope.location?.description)
        json.member("priceCut", event.priceCut)
      }
    }
  }

  private static func writeHistory(_ course: SKUCourse, days: Int, _ json: inout JSONText) {
    guard let history = course.history else { return }
    let last = course.asOf ?? history.end
    let empty = Set(course.cleaned.withoutStock)
    let outliers = Set(course.cleaned.outliers)
    let fitStart = last - (course.fitted.count - 1)
    for index in history.units.indices.suffix(days) {
      let day = history.start + index
      let place = day - fitStart
      json.object { json in
        json.member("date", day.description)
        json.member("units", history.units[index])
        json.member("promotion", history.promotions[index])
        json.member("outOfStock", empty.contains(day))
        json.member("outlier", outliers.contains(day))
        json.member(
          "fit", course.fitted.indices.contains(place) ? course.fitted[place] : nil)
      }
    }
  }

  private static func writeForecast(_ course: SKUCourse, _ json: inout JSONText) {
    guard let forecast = course.forecast, let asOf = course.asOf else { return }
    for day in 0..<forecast.horizon {
      json.object { json in
        json.member("date", (asOf + (day + 1)).description)
        json.member("mean", forecast.mean[day])
        for (level, share) in Quantiles.levels.enumerated() {
          json.member("q\(Readable.shortest(share))", forecast.quantile(day: day, level: level))
        }
      }
    }
  }

  private static func writeStock(_ course: SKUCourse, _ json: inout JSONText) {
    guard let asOf = course.asOf, let stock = StockCourse(course.plans, from: asOf) else { return }
    for day in stock.onHand.indices {
      json.object { json in
        json.member("date", (asOf + day).description)
        json.member("onHand", stock.onHand[day])
        json.member("withoutOrders", stock.without[day])
        json.member("position", stock.position[day])
        json.member("arriving", stock.arrivals[asOf + day])
      }
    }
  }
}
