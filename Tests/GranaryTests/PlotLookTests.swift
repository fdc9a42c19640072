import CommandLineArguments
import Testing

@testable import granary

@Suite("What a terminal can show of a plot")
struct PlotLookTests {
  @Test(
    "Dots need a locale of UTF-8, by the first variable that says something",
    arguments: [
      (["LANG": "C.UTF-8"], true), (["LANG": "de_DE.utf8"], true), (["LANG": "C"], false),
      ([:], false), (["LC_ALL": "C", "LANG": "C.UTF-8"], false),
      (["LC_ALL": "", "LC_CTYPE": "en_US.UTF-8", "LANG": "C"], true),
      (["TERM": "dumb", "LANG": "C.UTF-8"], false),
    ])
  func dots(environment: [String: String], hasDots: Bool) {
    #expect(PlotLook.showsUnicode(environment) == hasDots)
  }

  @Test("A plot shows as many days as there is room for, within limits")
  func days() {
    func days(_ width: Int, _ environment: [String: String]) -> Int {
      PlotLook.days(
        PlotLook.look(for: .standardOutput, width: width, environment: environment))
    }
    #expect(days(40, [:]) == 56)
    #expect(days(100, ["LANG": "C.UTF-8"]) == 122)
    #expect(days(400, ["LANG": "C.UTF-8"]) == 182)
  }
}
