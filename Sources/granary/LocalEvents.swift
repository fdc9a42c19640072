import CommandLineArguments
import Demand
import Forecasting
import Tables

/// The events of a file as they concern the series of a table: `sku=` is a series' id, `category=`
/// and `location=` are its words of these names in --traits.
struct LocalEvents {
  private let calendar: EventCalendar
  /// The days after the last one that are asked for.
  private let horizon: Int

  /// Reads a file; a bad row refuses it, since an event that is left out would be one that does not
  /// take place.
  init(path: String, for table: LongTable, horizon: Int) throws {
    guard table.spacing.isDaily else {
      throw ArgumentError.contradiction(
        "--events are days, and the series have one value in \(table.spacing); leave --events out, "
          + "or say what happens by --regressors")
    }
    let (events, rejected) = try EventReader.read(ByteSource(path: path))
    if let first = rejected.first {
      throw TableError.badRow(file: path, line: first.line, reason: first.sentence)
    }
    calendar = EventCalendar(events)
    self.horizon = horizon
  }

  /// A series with the events that concern it.
  func added(to input: SeriesInput, id: String) -> SeriesInput {
    guard let sku = try? SKU(id) else { return input }
    func word(_ name: String) -> String? {
      input.context.traits.first { $0.hasPrefix(name + " ") }
        .map { String($0.dropFirst(name.count + 1)) }
    }
    let location = word("location")
    let own = calendar.events(of: sku, category: word("category") ?? "").filter { event in
      event.scope.location.map { $0.description == location } ?? true
    }
    return input.knowing(own, horizon: horizon)
  }
}
