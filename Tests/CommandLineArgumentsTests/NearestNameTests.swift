import Testing

@testable import CommandLineArguments

@Suite struct NearestNameTests {
  private let verbs = ["up", "forecast", "train", "status", "ingest", "import"]

  @Test(arguments: [
    ("forcast", "forecast"), ("STATUS", "status"), ("tarin", "train"), ("fore", "forecast"),
    ("ingset", "ingest"), ("pu", "up"), ("froe", "forecast"),
  ])
  func `a slip of the finger is understood`(word: String, name: String) {
    #expect(NearestName.find(word, among: verbs) == name)
  }

  @Test(arguments: ["", "delete", "i", "xyz"])
  func `what is like nothing or like several stays open`(word: String) {
    #expect(NearestName.find(word, among: verbs) == nil)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("ab", "ba", 1),
  ])
  func `distance counts edits and swaps`(left: String, right: String, edits: Int) {
    #expect(NearestName.distance(Array(left), Array(right)) == edits)
  }
}
