import CommandLineArguments
import Glibc
import Settings

/// Whether the cluster's folder is its user's, and nobody else's.
struct FolderChecks {
  var folder: ClusterFolder
  /// The nodes whose data is, or will be, here.
  var nodes: [String]
  /// Who runs this.
  var user: uid_t

  /// What stat(2) says about a path.
  static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }

  /// The folder that data is or will be written into: that of the node, or the nearest above it.
  static func nearest(to path: String) -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    while parts.count > 1 {
      let candidate = parts.joined(separator: "/")
      if !candidate.isEmpty, status(candidate) != nil { return candidate }
      parts.removeLast()
    }
    let first = parts.first.map(String.init) ?? ""
    if path.hasPrefix("/") { return "/" }
    return status(first) == nil ? "." : first
  }

  var findings: [Finding] {
    let name = "cluster folder"
    guard let top = Self.status(folder.path) else {
      return [
        Finding(
          name, .wrong, "\(folder.path) is not there",
          do: "`granary keys add NAME --role ROLE --cluster \(folder.path)` makes it with a key; "
            + "--cluster names another")
      ]
    }
    var findings = [owner(of: top, name)]
    for (node, data) in nodes.map({ ($0, folder.data(of: $0)) }) {
      guard let status = Self.status(data) else { continue }
      if status.st_uid != user || status.st_mode & 0o700 != 0o700 {
        findings.append(
          Finding(
            "data of \(node)", .wrong,
            "\(data) belongs to \(Self.name(status.st_uid)), mode "
              + Self.mode(status), do: "`chown -R \(Self.name(user)) \(data) && chmod 700 \(data)`")
        )
      } else if status.st_mode & 0o077 != 0 {
        findings.append(
          Finding(
            "data of \(node)", .warning,
            "\(data) has mode \(Self.mode(status)): others may look in",
            do: "`chmod 700 \(data)`"))
      }
      findings += setAside(data, node)
    }
    return findings
  }

  private func owner(of top: stat, _ name: String) -> Finding {
    let path = folder.path
    if top.st_uid != user {
      let (owner, own) = (Self.name(top.st_uid), Self.name(user))
      return Finding(
        name, .wrong, "\(path) belongs to \(owner), this runs as \(own)",
        do: "run this as that user: limits and rights are those of who runs it"
          + (user == 0 ? ", as in `runuser -u \(owner) -- granary doctor`" : ""))
    }
    if top.st_mode & 0o700 != 0o700 {
      return Finding(
        name, .wrong, "\(path) has mode \(Self.mode(top)): its owner cannot work in it",
        do: "`chmod 700 \(path)`")
    }
    if top.st_mode & 0o022 != 0 {
      return Finding(
        name, .wrong, "\(path) has mode \(Self.mode(top)): others can put files into it",
        do: "`chmod 700 \(path)`")
    }
    if top.st_mode & 0o055 != 0 {
      return Finding(
        name, .warning, "\(path) has mode \(Self.mode(top)): others may look in",
        do: "`chmod 700 \(path)`")
    }
    return Finding(name, ok: "\(path), for \(Self.name(user)) alone")
  }

  /// Databases that were damaged and set aside take room until somebody removes them.
  private func setAside(_ data: String, _ node: String) -> [Finding] {
    let names = SystemFiles.names(in: data).filter { $0.hasPrefix("damaged-") }
    guard !names.isEmpty else { return [] }
    let bytes = names.reduce(0) { sum, name in
      SystemFiles.names(in: "\(data)/\(name)").reduce(sum) { sum, file in
        sum + (Self.status("\(data)/\(name)/\(file)").map { Int($0.st_size) } ?? 0)
      }
    }
    return [
      Finding(
        "data of \(node)", .warning,
        "\(data) has \(names.joined(separator: ", ")), set aside as "
          + "damaged: \(Readable.bytes(bytes))",
        do: "see NOTE there; when `granary status` is green again, remove them")
    ]
  }

  static func mode(_ status: stat) -> String {
    "0" + String(status.st_mode & 0o7777, radix: 8)
  }

  static func name(_ user: uid_t) -> String {
    guard let entry = unsafe getpwuid(user) else { return "user \(user)" }
    return unsafe String(cString: entry.pointee.pw_name)
  }
}
