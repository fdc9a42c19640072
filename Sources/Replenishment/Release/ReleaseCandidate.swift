/// Something that could be released today, as far as today's limits go.
public struct ReleaseCandidate: Equatable, Sendable {
  /// The place of its warehouse in the planning document; nothing where that names no such one.
  public let warehouse: Int?
  /// Days until it arrives.
  public let arrivalDays: Int
  /// What is lost on average if it waits until the next review.
  public let benefit: Double
  /// The cash that it ties up.
  public let value: Double
  /// The space that it takes.
  public let volumeCubicMetres: Double
  /// Its number, which decides between two that are as good.
  public let number: UInt64

  /// Makes a candidate.
  public init(
    warehouse: Int?, arrivalDays: Int, benefit: Double, value: Double,
    volumeCubicMetres: Double, number: UInt64
  ) {
    self.warehouse = warehouse
    self.arrivalDays = max(0, arrivalDays)
    self.benefit = Bounds.amount(benefit, limit: Bounds.figure)
    self.value = Bounds.amount(value, limit: Bounds.figure)
    self.volumeCubicMetres = Bounds.amount(volumeCubicMetres, limit: Bounds.figure)
    self.number = number
  }
}

/// Spans of days of arrival that space and cash are counted in: single days at first, where most
/// orders arrive, then wider ones.
public enum ReleaseWindow {
  private static let lastDays = [0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28, 42, 56, 84, Int.max]
  private static let byDay: [UInt8] = (0...85).map { day in
    UInt8(lastDays.firstIndex { day <= $0 } ?? 0)
  }

  /// How many there are.
  public static let count = lastDays.count

  static func lastDay(of window: Int) -> Int { lastDays[window] }

  static func firstDay(of window: Int) -> Int { window == 0 ? 0 : lastDays[window - 1] + 1 }

  /// The window of an arrival after `days`.
  public static func index(ofDay days: Int) -> Int { Int(byDay[min(max(0, days), 85)]) }
}

/// Something that today's limits count, as whole numbers: their sums are the same in any order, and
/// so is what they decide, whoever adds them up.
enum ReleaseAmount {
  /// Billionths of a cubic metre, about; a billion cubic metres still fit.
  static let perCubicMetre = Double(1 << 30)
  /// Millionths of money, about; a trillion still fits.
  static let perMoney = Double(1 << 20)

  /// What is used, rounded up.
  static func used(_ amount: Double, per unit: Double) -> UInt64 {
    let scaled = (amount * unit).rounded(.up)
    return scaled < 1 ? 0 : scaled < most ? UInt64(scaled) : UInt64(most)
  }

  /// What there is, rounded down.
  static func available(_ amount: Double, per unit: Double) -> UInt64 {
    let scaled = (amount * unit).rounded(.down)
    return scaled < 1 ? 0 : scaled < most ? UInt64(scaled) : UInt64(most)
  }

  /// The sum, which stops at the largest number rather than wrap around.
  static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, isOver) = left.addingReportingOverflow(right)
    return isOver ? .max : sum
  }

  private static let most = 0x1p62
}

/// What is released first: a number that ascends with the benefit per unit of what is scarce.
enum ReleaseKey {
  /// The bits of a positive double ascend as its value does; the last 24 of them, a part in half a
  /// billion, give way to the number of the candidate, which decides between equals.
  static func of(_ candidate: ReleaseCandidate, amount: UInt64) -> UInt64 {
    guard amount > 0 else { return .max }
    let density = candidate.benefit / Double(amount)
    return (density.bitPattern & ~numberBits) | (candidate.number >> 40)
  }

  private static let numberBits: UInt64 = 0xFF_FFFF
}
