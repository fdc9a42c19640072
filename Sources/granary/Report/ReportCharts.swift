import ClientNode
import Demand
import Pictures
import Replenishment
import WireProtocol
import WorkerNode

/// The charts of a report that are about all SKUs together.
extension ClusterReport {
  /// What all SKUs sold by day, and what they are expected to sell; nothing without sales.
  var demandChart: Chart? {
    guard let last = digest.history.keys.max() else { return nil }
    let first = max(
      last - (ReportDigest.historyDays - 1), digest.history.keys.min() ?? last)
    let end = max(last, digest.expected.keys.max() ?? last)
    var chart = Chart(
      title: "All SKUs: demand and forecast", across: .days(first...end), unit: "units a day")
    let sold = (0...(last - first)).map { day in
      Chart.Point(Double((first + day).number), digest.history[first + day] ?? 0)
    }
    chart.layers = [Chart.Layer("sold", .demand, .line(sold))]
    if let start = digest.expected.keys.min() {
      let expected = (0...(end - start)).map { day in
        Chart.Point(Double((start + day).number), digest.expected[start + day] ?? .nan)
      }
      chart.layers.append(Chart.Layer("forecast", .forecast, .line(expected)))
      chart.layers.append(Chart.Layer("", .missing, .upright(Double(start.number) - 0.5)))
    }
    return chart
  }

  /// How many SKUs have which scaled error; nothing where none was tested.
  var errorChart: Chart? {
    guard digest.errors.contains(where: { $0 > 0 }) else { return nil }
    let width = ReportDigest.errorBinWidth
    let bars = digest.errors.enumerated().map {
      Chart.Point(Double($0) * width, Double($1))
    }
    let end = Double(ReportDigest.errorBins) * width
    return Chart(
      title: "Scaled errors of SKUs",
      note:
        "left of 1: better than the same weekday a week before; the last bar holds all beyond 2",
      across: .numbers(0...end, unit: "MASE"), unit: "SKUs",
      layers: [
        Chart.Layer("", .forecast, .bars(bars, width: width)),
        Chart.Layer("", .level, .upright(1)),
      ])
  }

  /// What orders of today bring in by day of arrival; nothing where nothing is ordered.
  var arrivalChart: Chart? {
    guard let first = digest.byArrival.keys.min(), let last = digest.byArrival.keys.max() else {
      return nil
    }
    let start = min(first, plan?.status.asOf ?? first)
    let bars = digest.byArrival.sorted { $0.key < $1.key }.map { day, sum in
      Chart.Point(Double(day.number) - 0.5, sum.value)
    }
    return Chart(
      title: "What is ordered today, by the day on which it arrives",
      across: .days(start...max(last, start + 13)), unit: "value of goods",
      layers: [Chart.Layer("", .order, .bars(bars, width: 1))])
  }
}

extension CourseCharts {
  /// The demand alone, without words: a small picture among others.
  var small: Chart {
    var chart = charts[0]
    chart.title = ""
    chart.note = ""
    for index in chart.layers.indices { chart.layers[index].name = "" }
    return chart
  }
}
