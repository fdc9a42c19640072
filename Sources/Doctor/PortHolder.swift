/// Who listens at a port of this machine.
struct PortHolder: Equatable {
  var process: Int
  var name: String
  /// The words of its command line.
  var words: [String] = []

  /// The state of a socket that listens, in /proc/net/tcp.
  private static let listening = "0A"

  /// The process that has the socket open, as far as this user may look.
  static func find(port: UInt16, _ files: SystemFiles) -> PortHolder? {
    let sockets = Set(inodes(port: port, files).map { "socket:[\($0)]" })
    guard !sockets.isEmpty else { return nil }
    for process in files.names(in: "/proc").compactMap({ Int($0) }) {
      let folder = "/proc/\(process)/fd"
      for name in files.names(in: folder) {
        guard let target = files.target(of: "\(folder)/\(name)"), sockets.contains(target) else {
          continue
        }
        let words = files.text("/proc/\(process)/comm")?.split(separator: "\n").first
        let line = files.text("/proc/\(process)/cmdline")?.split(separator: "\0") ?? []
        return PortHolder(
          process: process, name: words.map(String.init) ?? "a process",
          words: line.map(String.init))
      }
    }
    return nil
  }

  /// Whether it is a node of these names that plays a part: a coordinator that keeps its records in
  /// etcd has no database of its own that would tell by its lock.
  func plays(_ part: String, as nodes: [String]) -> Bool {
    guard name == "granary", words.contains(part) else { return false }
    let option = words.firstIndex(of: "--name").map { words.index(after: $0) }
    // A coordinator without a name is called as its part.
    let own = option.flatMap { words.indices.contains($0) ? words[$0] : nil } ?? part
    return nodes.contains(own)
  }

  /// The sockets that listen at a port: lines of `sl local_address rem_address st ... uid timeout
  /// inode` with addresses in hexadecimal (proc(5)).
  static func inodes(port: UInt16, _ files: SystemFiles) -> [String] {
    var found: [String] = []
    for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
      for line in files.text(path)?.split(separator: "\n").dropFirst() ?? [] {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count > 9, words[3] == listening,
          let colon = words[1].lastIndex(of: ":"),
          UInt16(words[1][words[1].index(after: colon)...], radix: 16) == port
        else { continue }
        found.append(String(words[9]))
      }
    }
    return found
  }
}
