/// Numbers as people read them. For machines there is `JSONText`.
public enum Readable {
  /// The shortest decimal that reads back as the same number, without ".0".
  public static func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// `1 SKU` or `1,024 SKUs`: the number with the words for one or for more.
  public static func grouped(_ value: Int, _ one: String, _ more: String) -> String {
    "\(grouped(value)) \(value == 1 ? one : more)"
  }

  /// `1,024`.
  public static func grouped(_ value: Int) -> String {
    var text = ""
    let digits = String(value.magnitude)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return value < 0 ? "-\(text)" : text
  }

  /// A number with a fixed number of decimals (0 to 9) and thousands grouped: `1,234.50`. What does
  /// not fit an integer with that many decimals is given in its shortest form.
  public static func decimal(_ value: Double, places: Int) -> String {
    var scale = 1
    for _ in 0..<min(max(places, 0), 9) { scale *= 10 }
    let scaled = (value.magnitude * Double(scale)).rounded(.toNearestOrEven)
    guard let units = Int(exactly: scaled) else { return shortest(value) }
    var text = grouped(units / scale)
    if scale > 1 { text += "." + String(scale + units % scale).dropFirst() }
    return value < 0 && units != 0 ? "-\(text)" : text
  }

  /// Three digits at least, and a unit: `999`, `12.3 k`, `2.41 M`.
  public static func count(_ value: Int) -> String {
    threeDigits(Double(value), step: 1_000, units: ["", " k", " M", " G", " T", " P", " E"])
  }

  /// `999 B`, `64 KiB`, `1.5 GiB`.
  public static func bytes(_ value: Int) -> String {
    threeDigits(
      Double(value), step: 1_024, units: [" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"])
  }

  /// `85 us`, `12 ms`, `3.4 s`, `1m 12s`, `2h 05m`, `3d 04h`: two parts, the second in whole units.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return shortest(seconds) + " s" }
    if seconds < 0.000_999_5 { return decimal(seconds * 1e6, places: 0) + " us" }
    if seconds < 0.999_5 { return decimal(seconds * 1e3, places: 0) + " ms" }
    if seconds < 59.95 { return decimal(seconds, places: 1) + " s" }
    let whole = Int(seconds.rounded())
    func pair(_ large: Int, _ first: String, _ small: Int, _ second: String) -> String {
      "\(large)\(first) \(small < 10 ? "0" : "")\(small)\(second)"
    }
    if whole < 3_600 { return pair(whole / 60, "m", whole % 60, "s") }
    if whole < 86_400 { return pair(whole / 3_600, "h", whole % 3_600 / 60, "m") }
    return pair(whole / 86_400, "d", whole % 86_400 / 3_600, "h")
  }

  /// `0 s`, `12 s`, `1m 12s`: for times that are told again and again, where tenths only flicker.
  public static func wholeDuration(seconds: Double) -> String {
    let whole = seconds.rounded()
    return whole < 60 ? "\(Int(max(0, whole))) s" : duration(seconds: whole)
  }

  private static func threeDigits(_ value: Double, step: Double, units: [String]) -> String {
    var scaled = value
    var unit = 0
    // What would be rounded up to a full step belongs to the next unit already.
    while scaled.magnitude >= step - 0.5, unit + 1 < units.count {
      scaled /= step
      unit += 1
    }
    if unit == 0 { return decimal(scaled, places: 0) + units[0] }
    let places = scaled.magnitude < 9.995 ? 2 : scaled.magnitude < 99.95 ? 1 : 0
    var text = decimal(scaled, places: places)
    if places > 0 {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text + units[unit]
  }
}
