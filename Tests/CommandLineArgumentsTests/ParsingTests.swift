import Testing

@testable import CommandLineArguments

@Suite struct ParsingTests {
  private func forecast(_ words: String...) throws -> Forecast {
    try Forecast.parse(words, program: "granary")
  }

  @Test func `defaults hold for what is not given`() throws {
    let command = try forecast("a.csv")
    #expect(command.horizonDays == 91)
    #expect(command.serviceLevel == nil)
    #expect(command.levels == [0.5, 0.9])
    #expect(command.only.isEmpty)
    #expect(!command.verbose)
    #expect(command.output.layout == .table)
    #expect(command.output.header)
    #expect(command.input.description == "a.csv")
    #expect(command.more.isEmpty)
  }

  @Test(arguments: [
    ["--horizon-days", "28", "a"], ["--horizon-days=28", "a"], ["-d", "28", "a"],
    ["a", "-d", "28"], ["a", "-d=28"],
  ])
  func `an option is read in each of its forms`(words: [String]) throws {
    #expect(try Forecast.parse(words, program: "granary").horizonDays == 28)
  }

  @Test func `flags switch on, or off behind no`() throws {
    let command = try forecast("a", "-v", "--no-header")
    #expect(command.verbose)
    #expect(!command.output.header)
  }

  @Test func `a repeated option keeps its values in order`() throws {
    #expect(try forecast("--only", "B", "a", "--only=A,1").only == ["B", "A,1"])
  }

  @Test func `values in one word are split at the separator and replace the default`() throws {
    #expect(try forecast("--levels", "0.1,0.25", "a", "--levels=1").levels == [0.1, 0.25, 1])
  }

  @Test func `a choice is read by its name`() throws {
    #expect(try forecast("a", "-l", "csv").output.layout == .csv)
  }

  @Test func `words behind two dashes are arguments whatever they look like`() throws {
    let command = try forecast("--verbose", "--", "--input", "-h")
    #expect(command.input.description == "--input")
    #expect(command.more.map(\.description) == ["-h"])
  }

  @Test func `a dash alone is an argument that stands for a standard stream`() throws {
    #expect(try forecast("-").input.isStandardStream)
  }

  @Test func `a value may hold an equals sign and may be empty`() throws {
    #expect(try forecast("--only=a=b", "--only=", "a").only == ["a=b", ""])
  }

  @Test func `negative numbers are values`() {
    #expect(
      refusal("forecast", "-d", "-3", "a")
        == "--horizon-days \"-3\": wanted a whole number from 1 to 1024")
  }

  @Test func `an assignment is split at its first equals sign`() {
    #expect(Assignment(argument: "a.b=c=d").map { [$0.name, $0.value] } == ["a.b", "c=d"])
    #expect(Assignment(argument: "=x") == nil)
    #expect(Assignment(argument: "a.b") == nil)
  }

  @Test func `parsing leaves other commands of the type alone`() throws {
    let first = try forecast("a", "-d", "5")
    let second = try forecast("a")
    #expect(first.horizonDays == 5)
    #expect(second.horizonDays == 91)
  }

  @Test func `a copy that is changed does not change the original`() throws {
    let first = try forecast("a", "-d", "5")
    var second = first
    second.horizonDays = 6
    second.verbose = true
    #expect(first.horizonDays == 5)
    #expect(!first.verbose)
    #expect(second.horizonDays == 6)
  }

  @Test(arguments: [
    ("horizonDays", "horizon days"), ("asOf", "as of"), ("trainerMemoryMiB", "trainer memory mib"),
    ("sku", "sku"), ("batchKiB", "batch kib"), ("p99Latency", "p99 latency"),
  ])
  func `a property's name falls into words`(name: String, words: String) {
    #expect(NameWords.split(name).joined(separator: " ") == words)
  }
}
