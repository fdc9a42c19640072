/// The colours of pictures, on light and on dark ground. On paper they are those of light ground.
public enum SVGStyle {
  /// The class of a picture.
  static let name = "granary-picture"
  static let font =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
  static let titleSize = 14.0, textSize = 12.0

  /// What stands in every picture or once in the page that holds some. No variables: some programs
  /// that show pictures know none.
  public static let text: String = {
    var css = """
      .\(name) text { font: \(Int(textSize))px \(font); white-space: pre }
      .\(name) .title { font-size: \(Int(titleSize))px; font-weight: 600 }
      .\(name) .end { text-anchor: end } .\(name) .middle { text-anchor: middle }
      .\(name) .line { fill: none; stroke-width: 1.6; stroke-linejoin: round }
      .\(name) .thin { stroke-width: 1.1 }
      .\(name) .dashes { stroke-dasharray: 5 3 }
      .\(name) .wide { fill-opacity: .16 } .\(name) .strong { fill-opacity: .26 }
      .\(name) .under { fill-opacity: .12 } .\(name) .bar { fill-opacity: .75 }

      """
    css += colours(\.light)
    css += "@media screen and (prefers-color-scheme: dark) {\n\(colours(\.dark))}\n"
    return css
  }()

  private struct Pair {
    var light: String, dark: String
  }

  private static func pair(_ ink: Ink) -> Pair {
    switch ink {
    case .demand: Pair(light: "#5b6875", dark: "#a9b8c6")
    case .fit: Pair(light: "#0d9488", dark: "#2dd4bf")
    case .forecast: Pair(light: "#2563eb", dark: "#6ea8ff")
    case .stock: Pair(light: "#15803d", dark: "#4ade80")
    case .position: Pair(light: "#7c3aed", dark: "#c4b5fd")
    case .level: Pair(light: "#dc2626", dark: "#f87171")
    case .order: Pair(light: "#c2680a", dark: "#fbbf24")
    case .event: Pair(light: "#c026a0", dark: "#f58fd8")
    case .holiday: Pair(light: "#b7791f", dark: "#f0c04a")
    case .outlier: Pair(light: "#dc2626", dark: "#f87171")
    case .missing: Pair(light: "#9aa5b1", dark: "#7b8794")
    }
  }

  private static func colours(_ choose: (Pair) -> String) -> String {
    func rule(_ selector: String, _ property: String, _ light: String, _ dark: String) -> String {
      ".\(name) \(selector) { \(property): \(choose(Pair(light: light, dark: dark))) }\n"
    }
    var css = rule(".ground", "fill", "#ffffff", "#15191e")
    css += rule("text", "fill", "#1f2933", "#e4e7eb")
    css += rule(".quiet", "fill", "#5f6c7b", "#9aa5b1")
    css += rule(".grid", "stroke", "#e4e7eb", "#2b323b")
    css += rule(".axis", "stroke", "#9aa5b1", "#5f6c7b")
    for ink in Ink.allCases {
      let colour = choose(pair(ink))
      css += ".\(name) .\(ink.rawValue).line { stroke: \(colour) } "
      css += ".\(name) .\(ink.rawValue).area { fill: \(colour) }\n"
    }
    return css
  }
}
