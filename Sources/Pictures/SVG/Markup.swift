/// Text for XML and HTML.
public enum Markup {
  /// `text` so that it stands for itself between tags and in quoted values. A SKU may hold any
  /// scalar: what XML does not take, and what would turn the direction of the text around it, is
  /// replaced by U+FFFD (XML 1.0, section 2.2; Unicode Standard Annex 9).
  public static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(isSafe(scalar.value) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  private static func isSafe(_ value: UInt32) -> Bool {
    switch value {
    case ..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: false
    default: true
    }
  }

  /// A length or a place, in tenths: more digits do not show.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let digits = "\(tenths.magnitude / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths.magnitude % 10)")
    return tenths < 0 ? "-\(digits)" : digits
  }

  /// About how wide `text` is, in pixels: who sets a legend does not know the reader's font.
  static func width(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { width, scalar in
      let share =
        switch scalar {
        case "i", "j", "l", "t", "f", "r", ".", ",", ":", ";", "'", "|", "(", ")", " ": 0.32
        case "m", "w", "M", "W", "%", "@": 0.85
        case "A"..."Z": 0.66
        default: scalar.value < 0x1100 ? 0.56 : 1
        }
      return width + share * size
    }
  }
}
