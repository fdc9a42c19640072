import Demand
import Testing

@testable import Replenishment

@Suite struct PhraseTests {
  @Test func `a phrase says what its words and figures say`() throws {
    let name = try Location("Łódź")
    var phrase: Phrase =
      "\(name): \(units: 0.456) and \(units: 45.678) of \(units: 456.78), \(percent: 0.975)"
    phrase += ", \(number: 1.50) in \(days: 1) or \(days: 12)" + ", \(Day(number: 20_000))"
    #expect(
      phrase.text
        == "Łódź: 0.46 and 45.7 of 457, 97.5 %, 1.5 in 1 day or 12 days, 2024-10-04")
  }

  @Test(arguments: [-800_000, -719_529, -719_528, -1, 0, 20_000, 2_932_896, 2_932_897] as [Int32])
  func `dates are written as elsewhere`(number: Int32) {
    let day = Day(number: number)
    let phrase: Phrase = "\(day)"
    #expect(phrase.text == day.description)
  }

  @Test func `figures are the shortest of their decimals, from a fixed seed`() {
    var state: UInt64 = 17
    for _ in 0..<5_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(Int64(bitPattern: state) >> 20) / 1e7
      for decimals in 0...6 {
        let text = Figure.text(value, decimals: decimals)
        let scale = [1, 10, 100, 1e3, 1e4, 1e5, 1e6][decimals]
        #expect(Double(text) == (abs(value) * scale).rounded() / scale * (value < 0 ? -1 : 1))
        #expect(!text.contains(".") || text.last != "0", "\(text)")
      }
    }
  }

  @Test func `fields are kept apart, empty ones too`() {
    var fields = PlanFields()
    for _ in 0..<2 {
      fields.removeAll()
      for text in ["", "a,b", "", "é"] { fields.text(text) }
      fields.number(-2.5)
      fields.count(-12)
      #expect(fields.texts == ["", "a,b", "", "é", "-2.5", "-12"])
    }
  }
}
