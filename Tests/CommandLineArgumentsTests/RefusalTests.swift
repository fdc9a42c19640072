import Testing

@testable import CommandLineArguments

/// What users read when a command line is wrong, word for word.
@Suite struct RefusalTests {
  @Test func `an unknown option comes with the nearest one`() {
    #expect(
      refusal("forecast", "--hoirzon-days", "3")
        == "unknown option --hoirzon-days for `granary forecast`; did you mean --horizon-days?")
    #expect(
      refusal("forecast", "--horizon=3")
        == "unknown option --horizon for `granary forecast`; did you mean --horizon-days?")
  }

  @Test func `an unknown option like no other comes with the way to the list`() {
    #expect(
      refusal("forecast", "-x")
        == "unknown option -x for `granary forecast`; `granary forecast --help` lists them all")
  }

  @Test func `an unknown verb comes with the nearest one`() {
    #expect(refusal("forcast") == "unknown command forcast; did you mean forecast?")
    #expect(refusal("--frob") == "unknown command --frob; `granary help` lists them all")
  }

  @Test func `internal verbs are not proposed`() {
    #expect(refusal("trainr") == "unknown command trainr; `granary help` lists them all")
  }

  @Test func `help on something unknown proposes verbs and topics`() {
    #expect(refusal("help", "exitcodes") == "unknown command exitcodes; did you mean exit-codes?")
  }

  @Test(arguments: [["-d"], ["-d", "--verbose", "a"], ["-d", "--", "a"]])
  func `an option without its value says how it is written`(words: [String]) {
    #expect(throws: ArgumentError.self) { try granary.route(["forecast"] + words) }
    #expect(
      refusal("forecast", "--horizon-days")
        == "--horizon-days needs a value: write --horizon-days DAYS; "
        + "`granary forecast --help` says more")
  }

  @Test func `a flag takes no value`() {
    #expect(
      refusal("forecast", "--verbose=yes", "a")
        == "--verbose takes no value, but got \"yes\"; write just --verbose")
  }

  @Test func `an option for one value is not given twice`() {
    #expect(
      refusal("forecast", "a", "-d", "1", "--horizon-days=2")
        == "--horizon-days is given twice, but takes one value; leave one out")
  }

  @Test func `a value of the wrong type names the option, the value and the range`() {
    #expect(
      refusal("forecast", "a", "-d", "many")
        == "--horizon-days \"many\": wanted a whole number from 1 to 1024")
    #expect(
      refusal("forecast", "a", "--service-level", "nan")
        == "--service-level \"nan\": wanted a number from 0.5 to 0.999")
  }

  @Test func `a value out of range names the range`() {
    #expect(
      refusal("forecast", "a", "-d", "2000")
        == "--horizon-days \"2000\": wanted a whole number from 1 to 1024")
    #expect(
      refusal("forecast", "a", "--levels", "0.5,1.5")
        == "--levels \"1.5\": wanted a number from 0 to 1")
  }

  @Test func `a misspelt choice comes with the nearest one`() {
    #expect(
      refusal("forecast", "a", "-l", "jsn")
        == "--layout \"jsn\": wanted one of table, json, csv; did you mean json?")
  }

  @Test func `what must be given is named`() {
    #expect(
      refusal("forecast") == "`granary forecast` needs FILE; `granary forecast --help` says more")
    #expect(
      refusal("key") == "`granary key` needs --role ROLE; `granary key --help` says more")
  }

  @Test func `an empty path is none`() {
    #expect(
      refusal("forecast", "")
        == "FILE \"\": wanted a path; `granary forecast --help` says more")
  }

  @Test func `a word too many is named`() {
    #expect(
      refusal("key", "--role", "r", "a", "b")
        == "unexpected argument \"b\" for `granary key`; `granary key --help` says what it takes")
  }

  @Test func `the command's own rule is held`() {
    #expect(
      refusal("forecast", "-", "a")
        == "standard input cannot be read beside other files; leave - out")
  }

  @Test func `lost output is a matter of storage and every other refusal one of usage`() {
    #expect(ArgumentError.outputLost(stream: "s", reason: "r").exitCode == .storage)
    #expect(ArgumentError.contradiction("").exitCode == .usage)
  }
}
