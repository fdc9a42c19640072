import Messaging
import Storage

/// Whether the two libraries that are Debian's, not the program's own, are ones to work with.
struct LibraryChecks {
  /// A version as libraries give it.
  struct Version: Comparable, CustomStringConvertible {
    var major: Int, minor: Int, patch: Int

    init(_ major: Int, _ minor: Int, _ patch: Int) {
      (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    static func < (left: Version, right: Version) -> Bool {
      (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    var description: String { "\(major).\(minor).\(patch)" }
  }

  private static let wayOut =
    "`apt-get install --only-upgrade libsqlite3-0 libzmq5`, and start again"

  var findings: [Finding] {
    let (database, network) = (SQLiteLibrary.version, ZeroMQLibrary.version)
    return [
      sqlite(
        Version(database.major, database.minor, database.patch),
        hasThreads: SQLiteLibrary.isThreadSafe, hasLog: SQLiteLibrary.hasWriteAheadLog),
      zeroMQ(
        Version(network.major, network.minor, network.patch), hasCurve: ZeroMQLibrary.hasCurve),
    ]
  }

  func sqlite(_ version: Version, hasThreads: Bool, hasLog: Bool) -> Finding {
    let name = "libsqlite3"
    // sqlite3_total_changes64 came with 3.37.0.
    if version < Version(3, 37, 0) {
      return Finding(name, .wrong, "\(version); 3.37.0 is the oldest that will do", do: Self.wayOut)
    }
    guard hasThreads, hasLog else {
      return Finding(
        name, .wrong, "\(version), built without \(hasThreads ? "the write-ahead log" : "threads")",
        do: "use Debian's libsqlite3-0; `ldd $(command -v granary)` shows which one is taken")
    }
    return Finding(name, ok: "\(version)")
  }

  func zeroMQ(_ version: Version, hasCurve: Bool) -> Finding {
    let name = "libzmq"
    guard hasCurve else {
      return Finding(
        name, .wrong, "\(version), built without CURVE: nobody could prove who they are",
        do: "use Debian's libzmq5; `ldd $(command -v granary)` shows which one is taken")
    }
    // CVE-2019-13132 (to 4.3.1): a peer without a key writes over the stack. CVE-2020-15166 (to
    // 4.3.2): one that never ends its handshake keeps a listener from everybody else.
    if version < Version(4, 3, 3) {
      return Finding(
        name, .wrong,
        "\(version) lets whoever reaches the port stop a node, without a key "
          + "(CVE-2020-15166\(version < Version(4, 3, 2) ? ", CVE-2019-13132" : ""))",
        do: Self.wayOut)
    }
    return Finding(name, ok: "\(version), with CURVE")
  }
}
