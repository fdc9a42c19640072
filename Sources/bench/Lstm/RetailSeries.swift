import CommandLineArguments
import Demand
import FoundationEssentials
import Forecasting
import Tables

/// Daily sales of some shops, with prices and a calendar, as ops/benches/lstm-accuracy/prepare.py
/// writes them.
struct RetailSeries {
  /// What is handed on beside the sales.
  enum Columns: String, CaseIterable, Sendable, ArgumentValue {
    /// Price, events and SNAP days, known ahead.
    case all
    /// The price as it was last: nobody knows ahead.
    case price
    /// The same, and the holidays of a file, known ahead.
    case events
  }

  /// As the file lists them.
  private static let calendar = [
    "cultural", "national", "religious", "sporting", "christmas", "snap",
  ]
  private static let mark = 0x354D_534C
  private static let firstDay = Day(year: 2011, month: 1, day: 29)

  /// The number of series.
  let count: Int
  /// The days that a forecast may know.
  let known: Int
  private let days: Int
  /// By series: store, department, first day with a sale.
  private let keys: [Int32]
  /// By series, by day.
  private let units: [Float]
  private let prices: [Float]
  /// By store, by column, by day.
  private let events: [Float]
  /// Holidays by the number of a store, or of all.
  private let holidays: [Event]

  init(
    _ path: CommandLineArguments.Path, events eventPath: CommandLineArguments.Path? = nil
  ) throws {
    holidays =
      try eventPath.map { try EventReader.read(ByteSource(path: $0.description)).events } ?? []
    let data = try Data(contentsOf: URL(filePath: path.description))
    var at = 0
    func numbers<Number: BitwiseCopyable>(_ count: Int, of _: Number.Type) throws -> [Number] {
      guard count >= 0, count <= (data.count - at) / 4 else {
        throw LstmBenchError.unreadable(path.description)
      }
      defer { at += 4 * count }
      return unsafe data.withUnsafeBytes { bytes in
        (0..<count).map { unsafe bytes.loadUnaligned(fromByteOffset: at + 4 * $0, as: Number.self) }
      }
    }
    let head = try numbers(5, of: Int32.self).map(Int.init)
    guard head[0] == Self.mark else { throw LstmBenchError.unreadable(path.description) }
    (count, days, known) = (head[1], head[2], head[3])
    keys = try numbers(3 * count, of: Int32.self)
    units = try numbers(count * days, of: Float.self)
    prices = try numbers(count * days, of: Float.self)
    events = try numbers(head[4] * Self.calendar.count * days, of: Float.self)
    guard at == data.count, known < days else {
      throw LstmBenchError.unreadable(path.description)
    }
  }

  /// A series from its first sale on, or as if it had begun so many days before the end.
  func input(_ index: Int, _ columns: Columns, lastDays: Int = .max) -> SeriesInput {
    let (store, department) = (Int(keys[3 * index]), Int(keys[3 * index + 1]))
    let first = max(Int(keys[3 * index + 2]), known - min(known, lastDays))
    let row = index * days
    let end = columns == .all ? days : known
    var regressors = [
      SeriesRegressor(
        name: "price", values: (first..<end).map { Double(prices[row + $0]) },
        beyond: columns == .all ? .known : .last)
    ]
    if columns == .all {
      for (place, name) in Self.calendar.enumerated() {
        let start = (store * Self.calendar.count + place) * days
        regressors.append(
          SeriesRegressor(
            name: name, values: (first..<end).map { Double(events[start + $0]) }, beyond: .known))
      }
    }
    let input = SeriesInput(
      values: (first..<known).map { Double(units[row + $0]) }, regressors: regressors,
      context: SeriesContext(
        firstDay: Day(number: Self.firstDay.number + Int32(first)),
        traits: ["store \(store)", "department \(department)"]))
    guard columns == .events else { return input }
    let own = holidays.filter { event in
      event.scope.location.map { $0.description == "\(store)" } ?? true
    }
    return input.knowing(own, horizon: days - known)
  }
}
