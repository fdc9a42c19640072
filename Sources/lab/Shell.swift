import Glibc
import TestSupport
import Threading

/// Runs small scripts of the system's own tools.
enum Shell {
  /// What a script printed; it must succeed.
  @discardableResult
  static func run(_ script: String) throws -> String {
    let folder = try TemporaryFolder()
    var command = ChildProcess.Command(
      executable: "/bin/sh", name: "sh", arguments: ["-e", "-c", script])
    command.standardOutput = .file(folder.file("output"))
    command.standardError = .file(folder.file("errors"))
    let exit = try ChildProcess(command).wait()
    guard exit == .code(0) else {
      let words = TextFile.text(folder.file("errors")).split(separator: "\n").last
      throw LabError.tool(script: script, reason: words.map(String.init) ?? "\(exit)")
    }
    return TextFile.text(folder.file("output"))
  }

  /// A word for the shell that stands for itself.
  static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
