import Glibc

/// Whether the machine has a name by which copies of a shard are kept apart.
struct HostNameChecks {
  /// Names that every machine may have.
  private static let nobodys: Set<String> = [
    "", "(none)", "debian", "localhost", "localhost.localdomain",
  ]

  /// Copies of a shard that the settings want.
  var replication: Int

  /// The machine's own name.
  static var here: String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// That of the settings outranks the machine's.
  func name(_ setting: String, machine: String) -> Finding {
    let host = setting.isEmpty ? machine : setting
    guard Self.nobodys.contains(host) else { return Finding("host name", ok: host) }
    return Finding(
      "host name", replication > 1 ? .wrong : .warning,
      host.isEmpty
        ? "this machine has none: copies of a shard are not kept on different machines"
        : "\(host): others are called so too, and count as this machine when copies are placed",
      do: "`hostnamectl set-hostname NAME`, or worker.host \"NAME\"")
  }

  /// Workers that are here, with their hosts, as the coordinator sees them.
  func shared(_ workers: [(name: String, host: String)], wanted: Int) -> Finding? {
    guard wanted > 1 else { return nil }
    let hosts = Dictionary(grouping: workers, by: \.host).filter { !$0.key.isEmpty }
    if hosts.count >= wanted {
      return Finding("hosts", ok: "\(workers.count) workers on \(hosts.count) hosts")
    }
    let crowds = hosts.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
      .map { "\($0.value.map(\.name).sorted().joined(separator: ", ")) on \($0.key)" }
    return Finding(
      "hosts", .warning,
      "\(wanted) copies of each shard are wanted, and the workers are on "
        + "\(hosts.count) hosts"
        + (crowds.isEmpty ? "" : ": \(crowds.joined(separator: "; "))"),
      do:
        "start workers on \(wanted - hosts.count) more machines; where they are on some, give each "
        + "its own worker.host")
  }
}
