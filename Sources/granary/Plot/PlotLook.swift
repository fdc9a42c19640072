import CommandLineArguments
import FoundationEssentials
import Pictures

/// What the terminal at hand can show.
enum PlotLook {
  private static let usualColumns = 80, mostColumns = 160
  private static let rows = 12
  private static let fewestDays = 56, mostDays = 182

  static func look(
    for terminal: Terminal, width: Int?,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TerminalLook {
    TerminalLook(
      columns: width ?? min(mostColumns, terminal.width ?? usualColumns), rows: rows,
      hasDots: showsUnicode(environment), hasColours: terminal.hasColours,
      width: { DisplayWidth.of($0) }, truncated: { DisplayWidth.truncate($0, to: $1) })
  }

  /// Whether the locale's characters are UTF-8, by the variables in the order in which POSIX has
  /// them count (Base Definitions, 8.2), and the terminal is none of the simplest kind.
  static func showsUnicode(_ environment: [String: String]) -> Bool {
    guard environment["TERM"] != "dumb" else { return false }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let name = (locale ?? "").lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }

  /// As many days of history as can be told apart, with half as many of forecast beside them.
  static func days(_ look: TerminalLook) -> Int {
    min(mostDays, max(fewestDays, TerminalPicture.points(for: look) * 2 / 3))
  }
}

extension CourseCharts {
  /// The charts with nothing in their words that a terminal would obey.
  var printable: [Chart] {
    charts.map { chart in
      var chart = chart
      chart.title = DisplayWidth.printable(chart.title)
      chart.note = DisplayWidth.printable(chart.note)
      return chart
    }
  }
}
