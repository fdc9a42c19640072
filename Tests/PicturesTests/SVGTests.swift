import Demand
import TestSupport
import Testing

@testable import Pictures

@Suite("Charts as SVG")
struct SVGTests {
  /// A name with everything that means something in XML, and what no text should hold.
  static let nasty = "<SKU> & \"größe\" '茶叶' \u{1}\u{202E}x]]>"

  static func chart(_ title: String) throws -> Chart {
    let first = try Day("2026-11-01")
    func points(_ values: [Double]) -> [Chart.Point] {
      values.enumerated().map { Chart.Point(Double((first + $0).number), $1) }
    }
    let reaches = (6..<9).map { Chart.Reach(Double((first + $0).number), 1, 5) }
    return Chart(
      title: title, note: title, across: .days(first...(first + 8)), unit: title,
      layers: [
        Chart.Layer("gap", .missing, .spans([Double(first.number)...Double(first.number) + 1])),
        Chart.Layer(title, .demand, .line(points([3, .nan, 4, 6, .nan, 2]))),
        Chart.Layer("steps", .stock, .steps(points([3, 2, 1, 0, 9]))),
        Chart.Layer("dashes", .position, .dashes(points([3, 2, 1, 0, 9]))),
        Chart.Layer("band", .forecast, .band(reaches, isStrong: true)),
        Chart.Layer("level", .level, .level(4)),
        Chart.Layer("bars", .order, .bars(points([1, 2]), width: 1)),
        Chart.Layer("day", .missing, .upright(Double(first.number) + 5.5)),
        Chart.Layer(
          "marks", .event,
          .marks([
            Chart.Mark(Double(first.number)...Double(first.number) + 1)
          ])),
        Chart.Layer(
          "names", .holiday,
          .marks(
            [0, 1, 6].map {
              Chart.Mark(Double(first.number) + $0...Double(first.number) + $0 + 1, title)
            })),
        Chart.Layer("pins", .order, .pins(points([5]))),
      ])
  }

  @Test("A picture is well-formed XML, whatever its words hold, and its text stays text")
  func wellFormed() throws {
    let picture = SVGPicture([try Self.chart(Self.nasty), try Self.chart("b")])
    let texts = try MarkupReader(picture.file)
    let shown = "<SKU> & \"größe\" '茶叶' \u{FFFD}\u{FFFD}x]]>"
    // Twice as the name of a mark: the third would run into the first one.
    #expect(texts.texts.filter { $0 == shown }.count == 6)
    #expect(texts.texts.contains("Nov 2026") || texts.texts.contains("1 Nov"))
    #expect(texts.elements["style"] == 1 && texts.elements["desc"] == 1)
    #expect(picture.file.contains("prefers-color-scheme: dark"))
  }

  @Test("A part of a page has no style of its own")
  func inline() throws {
    let inline = SVGPicture([try Self.chart("a")]).inline
    #expect(inline.hasPrefix("<svg "))
    #expect(!inline.contains("<style"))
    _ = try MarkupReader(inline)
  }

  @Test("Nothing that is drawn leaves the picture, and nothing is no number")
  func numbers() throws {
    let text = SVGPicture([try Self.chart("a")], width: 400, height: 200).file
    #expect(!text.contains("nan") && !text.contains("inf"))
    for data in Self.values(of: " d=\"", in: text) {
      // Discs are told by what they go on by.
      guard !data.contains("a") else { continue }
      let places = data.split { "MLZ ".contains($0) }.compactMap { Double($0) }
      for (index, place) in places.enumerated() {
        #expect((0...(index % 2 == 0 ? 400 : 200)).contains(place), "\(data)")
      }
    }
  }

  private static func values(of key: String, in text: String) -> [Substring] {
    var values: [Substring] = []
    var rest = text[...]
    while let place = rest.firstRange(of: key) {
      rest = rest[place.upperBound...]
      values.append(rest.prefix { $0 != "\"" })
    }
    return values
  }

  @Test("A chart of nothing is a picture too")
  func empty() throws {
    let day = try Day("2026-11-20")
    let chart = Chart(title: "", across: .days(day...day), unit: "", layers: [])
    _ = try MarkupReader(SVGPicture([chart]).file)
    _ = try MarkupReader(SVGPicture([]).file)
    let numbers = Chart(
      title: "n", across: .numbers(0...0, unit: "x"), unit: "y",
      layers: [Chart.Layer("a", .fit, .line([Chart.Point(0, .infinity)]))])
    _ = try MarkupReader(SVGPicture([numbers]).file)
  }
}
