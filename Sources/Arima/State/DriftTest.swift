import Packing

/// Whether a model still fits, told by the standardised one-step errors of days after its fit.
///
/// Three cumulative sums (Page 1954), each of which starts again from 0 when it falls below: of
/// errors upwards and downwards, less half a deviation a day, which is best against a shift of one
/// deviation; and of their squares, less `calmSquare`, which is best against a variance a little
/// more than doubled. An error counts as at most `widest`, so no single day can alarm, and a sum
/// stops a little above its limit, so that an alarm ends soon after its cause. What a model
/// absorbs by itself mostly stays below: a level shift of 2 deviations in ARIMA(0,1,1), whose error
/// fades by theta a day, alarms in 8 % of series at theta = -0.6 and in a third at -0.8, for 4 and
/// 5 days; only where theta is -0.9 and the model slow to follow does it alarm as a rule, 10 days.
///
/// The limits come from simulation (20,000 series of 336 days, normal errors): an alarm of the
/// mean in 0.4 % of all spans of 28 days, of the spread in 0.8 %, of either in 1.2 %, and in 2.1 %
/// where errors are t-distributed with 5 degrees of freedom. Found within 28 days: a mean of 1 in
/// 95 %, of 0.75 in 64 %; a deviation doubled in 98 %, a variance tripled in 89 %, doubled in 48 %,
/// and in 83 % within 56. (A doubled variance is hard to tell: a test that alarms in 1 % of spans
/// finds it by 28 days in at most 67 %, even if it knew the day of the change.)
/// `DriftTestTests` repeats the simulation on a smaller scale.
struct DriftTest: Equatable, Sendable {
  /// An error beyond this many deviations counts as this many.
  static let widest: Float = 3
  /// The mean error, in deviations, that is forgiven.
  static let calmMean: Float = 0.5
  /// The mean square that is forgiven; without a change it is 1.
  static let calmSquare: Float = 1.5
  /// Beyond these sums the model no longer fits.
  static let meanLimit: Float = 7.5
  static let squareLimit: Float = 17
  /// How far a sum can go beyond its limit: a day or two of calm end an alarm.
  static let margin: Float = 1
  /// The most days that a sum looks back; longer runs say this many.
  static let mostDays = 9_999

  /// One sum since it last was 0.
  struct Run: Equatable, Sendable {
    /// What exceeds the forgiven, at most a margin above the limit.
    fileprivate(set) var sum: Float = 0
    /// The observed days since it was 0.
    fileprivate(set) var days = 0
    /// What was added on those days, nothing forgiven.
    fileprivate(set) var total: Float = 0

    fileprivate mutating func add(_ value: Float, calm: Float, limit: Float) {
      sum = min(sum + value - calm, limit + DriftTest.margin)
      guard sum > 0 else {
        self = Run()
        return
      }
      guard days < DriftTest.mostDays else { return }
      days += 1
      total += value
    }

    fileprivate var average: Double { days == 0 ? 0 : Double(total) / Double(days) }
  }

  private(set) var up = Run()
  private(set) var down = Run()
  private(set) var spread = Run()

  /// Takes the errors of new days over their deviations; those of missing days, NaN, are left out.
  mutating func add(_ standardisedErrors: [Double]) {
    for error in standardisedErrors where !error.isNaN {
      let value = min(max(Float(error), -Self.widest), Self.widest)
      up.add(value, calm: Self.calmMean, limit: Self.meanLimit)
      down.add(-value, calm: Self.calmMean, limit: Self.meanLimit)
      spread.add(value * value, calm: Self.calmSquare, limit: Self.squareLimit)
    }
  }

  /// What the errors say of the model.
  enum Verdict: Equatable, Sendable, CustomStringConvertible {
    /// Nothing against it.
    case fits
    /// The errors of the last days lean to one side.
    case levelMoved(days: Int, average: Double)
    /// The errors of the last days are wider than fitted: a noisier time, or a season that is gone.
    case wider(days: Int, times: Double)

    /// The verdict in words.
    var description: String {
      switch self {
      case .fits:
        "errors are as foreseen"
      case .levelMoved(let days, let average):
        "errors of the last \(days) days average \(average < 0 ? "-" : "+")"
          + "\(Self.oneDecimal(abs(average))) deviations: the level has moved"
      case .wider(let days, let times):
        "errors of the last \(days) days are \(Self.oneDecimal(times)) times as wide as foreseen: "
          + "the days vary more, or the season has changed"
      }
    }

    private static func oneDecimal(_ value: Double) -> String {
      let tenths = Int((value * 10).rounded())
      return "\(tenths / 10).\(tenths % 10)"
    }
  }

  /// What all errors up to now say. A mean that moved also widens errors, so it is named first.
  var verdict: Verdict {
    if max(up.sum, down.sum) > Self.meanLimit {
      return up.sum >= down.sum
        ? .levelMoved(days: up.days, average: up.average)
        : .levelMoved(days: down.days, average: -down.average)
    }
    if spread.sum > Self.squareLimit {
      return .wider(days: spread.days, times: spread.average.squareRoot())
    }
    return .fits
  }

  /// Packs the sums: at most 30 bytes.
  func pack(into writer: inout ByteWriter) {
    for run in [up, down, spread] {
      writer.float(run.sum)
      writer.count(run.days)
      writer.float(run.total)
    }
  }

  /// Starts without errors.
  init() {}

  /// Reads sums from bytes that may be hostile.
  init(from reader: inout ByteReader) throws(PackingError) {
    up = try Self.read(from: &reader, limit: Self.meanLimit)
    down = try Self.read(from: &reader, limit: Self.meanLimit)
    spread = try Self.read(from: &reader, limit: Self.squareLimit)
  }

  private static func read(
    from reader: inout ByteReader, limit: Float
  ) throws(PackingError) -> Run {
    var run = Run()
    run.sum = try reader.float()
    run.days = try reader.count("days of errors", limit: mostDays)
    run.total = try reader.float()
    let most = Float(run.days + 1) * widest * widest
    guard (0...(limit + margin)).contains(run.sum), (0...most).contains(run.total),
      (run.days == 0) == (run.sum == 0)
    else { throw .invalid(what: "sum of errors \(run.sum) over \(run.days) days") }
    return run
  }
}
