import Glibc

/// Sines and cosines of the day of the year and of the month, two harmonics each.
enum CalendarWaves {
  static let year = (0..<366).map { waves(2 * .pi * Float($0 + 1) / 365.25) }
  static let month = (0..<31).map { waves(2 * .pi * Float($0 + 1) / 30.5) }

  private static func waves(_ angle: Float) -> [Float] {
    [sin(angle), cos(angle), sin(2 * angle), cos(2 * angle)]
  }
}
