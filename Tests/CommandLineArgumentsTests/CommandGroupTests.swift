import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import CommandLineArguments

@Suite struct CommandGroupTests {
  private struct Outcome {
    var code: ExitCode
    var output: String
    var errors: String
  }

  /// Carries out a command line with both streams in files.
  private func run(_ words: String...) throws -> Outcome {
    let folder = try TemporaryFolder()
    let paths = [folder.file("output"), folder.file("errors")]
    let descriptors = paths.map { unsafe open($0, O_WRONLY | O_CREAT, 0o600) }
    defer { for descriptor in descriptors { close(descriptor) } }
    let code = granary.main(
      words, output: Terminal(descriptors[0], "output"),
      errors: Terminal(descriptors[1], "errors"))
    let texts = try paths.map { try String(contentsOfFile: $0, encoding: .utf8) }
    return Outcome(code: code, output: texts[0], errors: texts[1])
  }

  @Test func `help goes to standard output and is a success`() throws {
    let outcome = try run("version")
    #expect(outcome.code == .success)
    #expect(outcome.output == "granary 1.2.3\n")
    #expect(outcome.errors.isEmpty)
    for word in ["help", "version"] {
      #expect(try run("help", word).output == run("help").output)
    }
  }

  @Test func `a refusal is one line of standard error with the program's name`() throws {
    let outcome = try run("forecats")
    #expect(outcome.code == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "granary: unknown command forecats; did you mean forecast?\n")
  }

  @Test func `the command's status is the program's`() throws {
    #expect(try run("forecast", "a").code == .success)
    #expect(try run("forecast", "a", "-d", "13").code == .dataRefused)
  }

  @Test func `an error of the command brings its own status`() throws {
    #expect(try run("trainer").code == .storage)
  }

  @Test func `output that nobody takes is reported, not lost`() throws {
    let full = unsafe open("/dev/full", O_WRONLY)
    defer { close(full) }
    #expect(throws: ArgumentError.outputLost(stream: "o", reason: "No space left on device")) {
      try Terminal(full, "o").write("x")
    }
  }
}
