/// A `granary` that nodes and commands can be started with.
struct BuiltProgram: Equatable, Sendable {
  let path: String
  /// What it says of itself.
  let words: String
  /// The newest version of the protocol that it speaks.
  let newestProtocol: Int

  /// Asks a program who it is.
  init(path: String) throws {
    let text = try Shell.run("\(Shell.quoted(path)) version")
    guard let program = BuiltProgram(path: path, saying: text) else {
      throw LabError.file(path: path, reason: "it does not say which protocol it speaks")
    }
    self = program
  }

  /// The program that says this of itself; nothing where that is not what a granary says.
  init?(path: String, saying text: String) {
    guard let line = text.split(separator: "\n").first,
      let said = line.firstMatch(of: /\(protocol ([0-9]{1,3}),/), let number = Int(said.1)
    else { return nil }
    self.path = path
    words = String(line)
    newestProtocol = number
  }
}
