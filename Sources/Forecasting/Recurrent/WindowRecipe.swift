import Packing

/// How a network reads series: which numbers a window has, in what order and scale. Part of what a
/// run learns, since all its series must be read alike.
///
/// Of each day in the window (`inputs`): log(1 + demand / scale); whether there was none; whether
/// it is missing; the place in the season; the columns. Of each day ahead (`features`): the place
/// in the season, in the year and in the month; the columns as far as they are known; how far
/// ahead; log(base / scale). Of the series at the window's end (`statics`): scale, recent means
/// against it, share of days without demand, age, columns, traits.
///
/// For a season of seven days, the numbers were tried on daily retail sales
/// (`Recurrent/DESIGN.md`); for others they follow the season.
struct WindowRecipe: Equatable, Sendable {
  static let mostColumns = 8
  static let mostTraits = 24
  /// The most events that share a column.
  static let mostPooled = 64
  /// Slots for the place in a season.
  static let seasonSlots = 7
  /// Sines and cosines of the day of the year and of the month, two harmonics each.
  static let calendarSlots = 8
  /// Scale, four means, share of zeros, age, days since something sold.
  static let ownStatics = 8
  /// The days ahead of one window that a network is trained on at most; of a longer horizon each
  /// window has some.
  static let mostDays = 28

  /// Something known beside the demand, as the network reads it.
  struct Column: Equatable, Sendable {
    var name: String
    /// Whether it is read as its difference from its own mean of the last year.
    var isCentred: Bool
    var factor: Float
  }

  /// An event that shares a column with others: there it is what it changes a typical series by.
  struct PooledEvent: Equatable, Sendable {
    var name: String
    /// As a part of the level, -1...1.
    var change: Float
  }

  /// The column of the events that share one.
  static let pooledName = "other holidays"

  var season: Int
  /// How many days ahead it was learned for.
  var horizon: Int
  var columns: [Column] = []
  /// What stands in the column of that name; empty where there is none.
  var pooled: [PooledEvent] = []
  var traits: [String] = []
  /// The typical scale of a series, and the mean one.
  var typicalScale: Float = 1
  var meanScale: Float = 1

  /// Days in a window.
  var steps: Int { season <= 14 ? 28 : min(2 * season, 56) }
  /// The days over which a level is taken: four weeks.
  var span: Int { season == 7 ? 28 : max(4, min(season, 56)) }
  /// How many values at the same place of the season the base is the mean of.
  var echoes: Int { season == 7 ? 8 : 2 }
  /// The days ahead of a window in training.
  var days: Int { min(horizon, Self.mostDays) }

  var inputs: Int { 3 + Self.seasonSlots + columns.count }
  var features: Int { Self.seasonSlots + Self.calendarSlots + columns.count + 2 }
  var statics: Int { Self.ownStatics + columns.count + traits.count }
}

extension WindowRecipe {
  private static let longestName = 256

  func pack(into writer: inout ByteWriter) {
    writer.count(season)
    writer.count(horizon)
    writer.count(columns.count)
    for column in columns {
      writer.string(column.name)
      writer.bool(column.isCentred)
      writer.float(column.factor)
    }
    writer.count(traits.count)
    for trait in traits { writer.string(trait) }
    writer.float(typicalScale)
    writer.float(meanScale)
    guard !pooled.isEmpty else { return }
    writer.count(pooled.count)
    for event in pooled {
      writer.string(event.name)
      writer.float(event.change)
    }
  }

  /// Without `isPooled` no events share a column: that is how recipes were written once.
  init(from reader: inout ByteReader, isPooled: Bool) throws(PackingError) {
    season = try reader.count("season", limit: FitSettings.maximumSeason)
    horizon = try reader.count("horizon", limit: 1 << 16)
    guard season > 0, horizon > 0 else { throw .invalid(what: "season or horizon of 0") }
    for _ in 0..<(try reader.count("columns", limit: Self.mostColumns)) {
      columns.append(
        Column(
          name: try reader.string("column", limit: Self.longestName),
          isCentred: try reader.bool(), factor: try reader.single("factor", in: 0...1e30)))
    }
    for _ in 0..<(try reader.count("traits", limit: Self.mostTraits)) {
      traits.append(try reader.string("trait", limit: Self.longestName))
    }
    typicalScale = try reader.single("typical scale", in: 1e-30...1e30)
    meanScale = try reader.single("mean scale", in: 1e-30...1e30)
    guard isPooled else { return }
    for _ in 0..<(try reader.count("events", limit: Self.mostPooled)) {
      pooled.append(
        PooledEvent(
          name: try reader.string("event", limit: Self.longestName),
          change: try reader.single("change", in: -1...1)))
    }
  }
}
