import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

@testable import CommandLineArguments

/// What a shell proposes for the last of some words, in a folder with the file `sales.csv` and the
/// folder `saved`.
private struct Proposals {
  static let bash = "/bin/bash"
  static let zsh = "/usr/bin/zsh"

  static func isThere(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

  static func bash(_ words: String...) throws -> [String] {
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    // compopt only works while a person completes; mapfile needs bash itself.
    let script =
      CompletionScript(for: .bash, of: deep).text + """
        compopt() { :; }
        COMP_WORDS=(deep \(list))
        COMP_CWORD=\(words.count)
        _deep
        printf '%s\\n' "${COMPREPLY[@]}"

        """
    return try run(bash, script)
  }

  /// zsh's own functions only work while a person completes: they are stood in for.
  static func zsh(_ words: String...) throws -> [String] {
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let script =
      "compdef() { :; }\n" + CompletionScript(for: .zsh, of: deep).text + """
        _describe() {
          # zsh's own function reads them.
          [[ $words[1] == deep ]] || print -u2 "the words of the line are hidden"
          local entry
          for entry in "${(@P)4}"; do print -r -- "${entry%%:*}"; done
        }
        _files() { print -r -- "files$*"; }
        compset() { :; }
        words=(deep \(list))
        CURRENT=\(words.count + 1)
        _deep

        """
    return try run(zsh, script)
  }

  private static func run(_ shell: String, _ script: String) throws -> [String] {
    let folder = try TemporaryFolder()
    let here = folder.file("here")
    try FileManager.default.createDirectory(
      atPath: "\(here)/saved", withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: "\(here)/sales.csv"))
    try Data("cd '\(here)'\n\(script)".utf8).write(to: URL(filePath: folder.file("script")))
    var command = ChildProcess.Command(
      executable: shell, name: shell, arguments: [folder.file("script")])
    command.standardOutput = .file(folder.file("output"))
    command.standardError = .file(folder.file("errors"))
    let exit = try ChildProcess(command).wait()
    let errors = try String(contentsOfFile: folder.file("errors"), encoding: .utf8)
    #expect(errors.isEmpty, "\(exit): \(errors)")
    let output = try String(contentsOfFile: folder.file("output"), encoding: .utf8)
    return output.split(separator: "\n").map(String.init)
  }
}

@Suite("Completion in bash", .enabled(if: Proposals.isThere(Proposals.bash)))
struct BashCompletionTests {
  @Test("proposes verbs, help and the verbs below a verb")
  func verbs() throws {
    #expect(try Proposals.bash("") == ["plans", "explain", "key", "help", "version"])
    #expect(try Proposals.bash("pl") == ["plans"])
    #expect(try Proposals.bash("plans", "") == ["show", "diff"])
    #expect(try Proposals.bash("help", "ex") == ["explain", "exit-codes"])
    #expect(try Proposals.bash("help", "plans", "d") == ["diff"])
  }

  @Test("proposes options, and the words of those that take one of a few")
  func options() throws {
    #expect(try Proposals.bash("plans", "--") == ["--json", "--help"])
    #expect(try Proposals.bash("plans", "--json", "diff", "--p") == ["--parts"])
    #expect(try Proposals.bash("plans", "diff", "--parts", "t") == ["table"])
    #expect(try Proposals.bash("plans", "diff", "--parts", "table,js") == ["table,json"])
    #expect(try Proposals.bash("plans", "diff", "--parts", "=", "c") == ["csv"])
  }

  @Test("proposes words by their place, after options and their values")
  func places() throws {
    #expect(try Proposals.bash("plans", "diff", "") == ["table", "json", "csv"])
    #expect(try Proposals.bash("plans", "diff", "--parts", "csv", "table", "c") == ["csv"])
    #expect(try Proposals.bash("plans", "diff", "table", "csv", "").isEmpty)
    #expect(try Proposals.bash("plans", "show", "csv", "csv", "csv", "j") == ["json"])
  }

  @Test("proposes folders where a folder is wanted")
  func folders() throws {
    #expect(try Proposals.bash("plans", "diff", "--folder", "sa") == ["saved"])
  }
}

@Suite("Completion in zsh", .enabled(if: Proposals.isThere(Proposals.zsh)))
struct ZshCompletionTests {
  @Test("proposes what bash does, with what it means")
  func all() throws {
    #expect(try Proposals.zsh("") == ["plans", "explain", "key", "help", "version"])
    #expect(try Proposals.zsh("plans", "") == ["show", "diff"])
    #expect(try Proposals.zsh("plans", "--") == ["--json", "--help"])
    #expect(try Proposals.zsh("plans", "diff", "--parts", "") == ["table", "json", "csv"])
    #expect(try Proposals.zsh("plans", "diff", "--parts=") == ["table", "json", "csv"])
    #expect(try Proposals.zsh("plans", "show", "csv", "csv", "") == ["table", "json", "csv"])
    #expect(try Proposals.zsh("plans", "diff", "--folder", "") == ["files-/"])
    #expect(try Proposals.zsh("help", "plans", "") == ["show", "diff"])
  }

  @Test("keeps apostrophes and colons in meanings")
  func meanings() {
    let text = CompletionScript(for: .zsh, of: deep).text
    #expect(text.contains("'show:Show a plan: it'\\''s here.'"))
  }
}
