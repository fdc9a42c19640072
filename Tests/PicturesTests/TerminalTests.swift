import Demand
import Testing

@testable import Pictures

@Suite("Charts in a terminal")
struct TerminalTests {
  static func look(
    _ columns: Int = 48, rows: Int = 6, hasDots: Bool, hasColours: Bool = false
  ) -> TerminalLook {
    TerminalLook(
      columns: columns, rows: rows, hasDots: hasDots, hasColours: hasColours,
      width: { text in text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) } },
      truncated: { text, columns in
        var kept = ""
        var used = 0
        for scalar in text.unicodeScalars {
          used += scalar.value >= 0x2E80 ? 2 : 1
          guard used <= columns else { break }
          kept.unicodeScalars.append(scalar)
        }
        return kept
      })
  }

  /// Four weeks of sales, a week of forecast.
  static func chart() throws -> Chart {
    let first = try Day("2026-11-02")
    func x(_ day: Double) -> Double { Double(first.number) + day }
    let week = [3.0, 4, 4, 5, 8, 10, 2]
    let sold = (0..<28).map { (day: Int) -> Chart.Point in
      Chart.Point(x(Double(day)), day == 9 ? .nan : week[day % 7])
    }
    let forecast = (28..<35).map { Chart.Point(x(Double($0)), 5) }
    let wide = (28..<35).map { Chart.Reach(x(Double($0)), 1, 9) }
    let strong = (28..<35).map { Chart.Reach(x(Double($0)), 4, 6) }
    return Chart(
      title: "茶叶 at berlin", across: .days(first...(first + 34)), unit: "units a day",
      layers: [
        Chart.Layer("missing", .missing, .spans([x(8.5)...x(9.5)])),
        Chart.Layer("90 %", .forecast, .band(wide, isStrong: false)),
        Chart.Layer("50 %", .forecast, .band(strong, isStrong: true)),
        Chart.Layer("sold", .demand, .line(sold)),
        Chart.Layer("forecast", .forecast, .line(forecast)),
        Chart.Layer("promotion", .event, .marks([Chart.Mark(x(3.5)...x(5.5))])),
        Chart.Layer(
          "holiday", .holiday,
          .marks([
            Chart.Mark(x(11.5)...x(12.5), "fair"), Chart.Mark(x(13.5)...x(15.5), "harvest"),
            Chart.Mark(x(31.5)...x(32.5), "ox"),
          ])),
      ])
  }

  private func lines(_ look: TerminalLook) throws -> [String] {
    TerminalPicture([try Self.chart()], for: look).text
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test("No line is wider than the terminal", arguments: [20, 40, 60, 80, 140])
  func width(columns: Int) throws {
    for hasDots in [true, false] {
      let look = Self.look(columns, hasDots: hasDots)
      for line in try lines(look) { #expect(look.width(line) <= columns, "\(line)") }
    }
  }

  @Test("Without dots a picture is ASCII, but for the words in it")
  func ascii() throws {
    let text = try lines(Self.look(hasDots: false)).dropFirst().joined()
    #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
  }

  @Test("Colours are there only where they show")
  func colours() throws {
    #expect(try !lines(Self.look(hasDots: true)).joined().contains("\u{1B}"))
    let coloured = try lines(Self.look(hasDots: true, hasColours: true))
    #expect(coloured.joined().contains("\u{1B}[94m"))
    // Every line ends in the terminal's own colour.
    for line in coloured where line.contains("\u{1B}") {
      let last = line.split(separator: "\u{1B}").last
      #expect(last?.hasPrefix("[0m") == true, "\(line)")
    }
  }

  @Test("A small chart in ASCII")
  func exactASCII() throws {
    let text = TerminalPicture([try Self.chart()], for: Self.look(hasDots: false)).text
    #expect(
      text == """
        茶叶 at berlin
        units a day  x missing  .. 90 %  :: 50 %
        ** sold  oo forecast  ^ promotion  ! holiday
        10 +      *        *        *        *
           |     * *      **       **       ** .........
           |     * *      * *      * *     *  *:::::::::
         5 + ****   * *  *  *  ****  *  ***   *ooooooooo
           |*       **      ***      ***      *.........
         0 +                                   .........
           +---------+-----------------+----------------
                       x
                 ^^
                           ! !!! harvest            ! ox
                     9 Nov             23 Nov

        """)
  }

  @Test("A small chart in dots")
  func exactDots() throws {
    let text = TerminalPicture([try Self.chart()], for: Self.look(hasDots: true)).text
    #expect(
      text == """
        茶叶 at berlin
        units a day  × missing  ░░ 90 %  ▒▒ 50 %
        ⠤⠤ sold  ⠤⠤ forecast  ▴ promotion  ▾ holiday
        10 ┤      ⡼⡀      ⢀⢾       ⢀⢾       ⢠⢇ ░░░░░░░░░
           │     ⡸ ⡇     ⢀⠎⠈⡆     ⢀⠎⠈⡆     ⢀⠇⢸ ░░░░░░░░░
           │    ⡰⠁ ⢱     ⡸  ⡇     ⡸  ⡇    ⢀⠎ ⠈⡆▒▒▒▒▒▒▒▒▒
         5 ┤ ⡠⠤⠔⠁  ⠸⡀⢀⡠  ⠁  ⢣ ⢀⠤⠤⠒⠁  ⢣ ⢀⠤⠤⠊   ⢇⠈⠉⠉⠉⠉⠉⠉⠉⠁
           │⠈       ⠗⠁      ⠸⠒⠁      ⠸⠒⠁      ⠸░░░░░░░░░
         0 ┤                                   ░░░░░░░░░
           └─────────┬─────────────────┬────────────────
                       ×
                 ▴▴
                           ▾ ▾▾▾ harvest            ▾ ox
                     9 Nov             23 Nov

        """)
  }

  @Test("Points are drawn into the right dots")
  func dots() {
    var canvas = CellCanvas(columns: 2, rows: 1, hasDots: true)
    canvas.point(0, 0, .demand)
    canvas.point(3, 3, .fit)
    #expect(canvas.runs(0).map(\.text) == ["\u{2801}", "\u{2880}"])
    canvas.line(0, 3, 3, 0, .demand)
    #expect(canvas.runs(0).map(\.text) == ["\u{2861}\u{288A}"])
    canvas.point(99, -1, .demand)
    #expect(canvas.runs(0).count == 1)
  }
}
