import FoundationEssentials
import TestSupport
import Testing

@testable import CommandLineArguments

@Suite struct JSONTextTests {
  @Test func `objects and arrays nest with commas where they belong`() {
    var json = JSONText()
    json.object { json in
      json.member("sku", "A-1")
      json.array("mean") { json in
        json.element(1.5)
        json.element(2)
        json.object { json in json.member("x", Int?.none) }
        json.array { _ in }
      }
      json.object("empty") { _ in }
      json.member("levels", [0.5, 0.9])
      json.member("done", true)
    }
    #expect(
      json.drain()
        == #"{"sku":"A-1","mean":[1.5,2,{"x":null},[]],"empty":{},"levels":[0.5,0.9],"done":true}"#)
  }

  @Test func `documents stand on lines of their own`() {
    var json = JSONText()
    for number in 1...2 {
      json.object { $0.member("n", number) }
      json.newline()
    }
    #expect(json.drain() == "{\"n\":1}\n{\"n\":2}\n")
  }

  @Test func `draining in the midst loses nothing`() {
    var json = JSONText()
    var text = ""
    json.array { json in
      for number in 0..<5 {
        json.element(number)
        text += json.drain()
        #expect(json.count == 0)
      }
    }
    #expect(text + json.drain() == "[0,1,2,3,4]")
  }

  @Test func `errors come through`() {
    var json = JSONText()
    #expect(throws: ArgumentError.contradiction("stop")) {
      try json.object { _ throws(ArgumentError) in throw .contradiction("stop") }
    }
  }

  @Test func `text is escaped as RFC 8259 asks`() {
    var json = JSONText()
    json.element("\"\\/\n\r\r\n\t\u{8}\u{1F}\u{7F}é漢👍")
    #expect(json.drain() == #""\"\\/\n\r\r\n\t\u0008\u001f"# + "\u{7F}é漢👍\"")
  }

  @Test(arguments: [
    (0.1, "0.1"), (3, "3"), (-0.25, "-0.25"), (1e21, "1e+21"), (2.5e-300, "2.5e-300"),
    (1e6, "1000000"), (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
  ])
  func `numbers are short and valid`(value: Double, text: String) {
    var json = JSONText()
    json.element(value)
    #expect(json.drain() == text)
  }

  @Test(arguments: 0..<10)
  func `another reader reads the same`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let numbers = (0..<50).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
    let scalars = (0..<50).compactMap { _ in Unicode.Scalar(UInt32(random.next() % 0x3000)) }
    let text = String(String.UnicodeScalarView(scalars))
    var json = JSONText()
    json.array { json in
      json.array { json in for number in numbers { json.element(number) } }
      json.element([text])
    }
    struct Pair: Decodable, Equatable {
      var numbers: [Double]
      var texts: [String]
      init(from decoder: any Decoder) throws {
        var elements = try decoder.unkeyedContainer()
        numbers = try elements.decode([Double].self)
        texts = try elements.decode([String].self)
      }
    }
    let read = try JSONDecoder().decode(Pair.self, from: Data(json.drain().utf8))
    #expect(read.numbers == numbers, "seed \(seed)")
    #expect(read.texts.map { Array($0.utf8) } == [Array(text.utf8)], "seed \(seed)")
  }
}
