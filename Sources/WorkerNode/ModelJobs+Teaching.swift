import Demand
import Forecasting
import Packing
import TrainerNode
import WireProtocol

/// Learning a network in a trainer, and what its users get to see of it.
extension ModelJobs {
  /// The one item of work that learns a network from the rows of a sample, and from events.
  static func unit(
    teaching rows: [UInt8], _ order: TeachOrder, _ calendar: EventCalendar = EventCalendar()
  ) throws(PackingError) -> TrainingUnit {
    var settings = Settings(asOf: order.asOf, run: try RunSettings(packed: order.settings))
    settings.calendar = calendar
    let item = TrainingItem(name: "the network of run \(order.run)", bytes: rows)
    return TrainingUnit(kind: Kind.teach.rawValue, settings: settings.packed(), items: [item])
  }

  /// The network that is learned from a sample; nothing where the rows cannot be read.
  static func taught(_ rows: [UInt8], _ settings: Settings) -> [UInt8] {
    guard let sample = try? sample(from: rows, settings.calendar) else { return [] }
    return SharedNetwork.learned(from: sample, asOf: settings.asOf, settings: settings.fit).packed()
  }

  private static func sample(
    from rows: [UInt8], _ calendar: EventCalendar
  ) throws -> [ItemDemand] {
    var reader = ByteReader(rows)
    var sample: [ItemDemand] = []
    var days = 0
    while reader.left > 0, days < Sample.maximumDays {
      let row = try SampleRow(from: &reader)
      let demand = try row.parts.map { part in
        LocationDemand(location: part.location, series: try DemandSeries(packed: part.series))
      }
      days += demand.reduce(0) { $0 + $1.series.units.count }
      sample.append(
        ItemDemand(
          sku: row.sku, demand: demand, category: row.category,
          events: calendar.events(of: row.sku, category: row.category)))
    }
    return sample
  }

  /// What stands for a network that cannot be learned, so that the other models go on without.
  static func noNetwork(_ reason: String, _ order: TeachOrder) -> [UInt8] {
    let run = try? RunSettings(packed: order.settings)
    let settings = FitSettings(season: run?.season ?? 1, horizon: run?.horizonDays ?? 1)
    return SharedNetwork.nothing(because: reason, settings: settings).packed()
  }

  /// The networks that came with a unit, the newest last. One that cannot be read is as good as
  /// none: the models that refer to it are fitted again.
  static func networks(of settings: Settings) -> [SharedNetwork] {
    settings.networks.compactMap { try? SharedNetwork(packed: $0) }
  }
}
