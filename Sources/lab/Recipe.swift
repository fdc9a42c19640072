import FoundationEssentials

/// The recipe for three hosts, `cluster/three-hosts`, made for hosts of the lab: the files that a
/// person would copy and change by hand, and the certificates that its script makes.
struct Recipe: Sendable {
  /// The host whose files the recipe has, as its README says.
  private static let writtenFor = 1

  private let folder: String
  /// Where the certificates of each host are.
  private let certificates: String
  private let hosts: Int

  /// The recipe in a folder, for so many hosts; makes their certificates in another one.
  init(in folder: String, certificates: String, hosts: Int) throws {
    self.folder = folder
    self.certificates = certificates
    self.hosts = hosts
    let names = (1...hosts).map { "\(Self.name($0))=\(Network.address($0))" }
    try Shell.run(
      "\(Shell.quoted("\(folder)/certificates")) \(Shell.quoted(certificates)) "
        + names.joined(separator: " "))
  }

  /// The recipe of a folder, where this machine and the program have what it takes; else why not.
  static func prepared(
    _ folder: String?, program: String, in ground: String
  ) throws -> (recipe: Recipe?, obstacle: String) {
    guard let folder else { return (nil, "no --recipe was named") }
    let lacking = try Shell.run(
      "for tool in etcd etcdctl openssl; do command -v $tool >/dev/null || echo $tool; done"
    )
    .split(separator: "\n").joined(separator: ", ")
    guard lacking.isEmpty else { return (nil, "there is no \(lacking)") }
    // It has no key there, so it does not start; but why it does not says what it is.
    let words = try Shell.run(
      "\(Shell.quoted(program)) coordinator --set coordinator.store=etcd --cluster "
        + "\(Shell.quoted("\(ground)/nobody")) 2>&1 || true")
    guard !words.contains("--etcd") else { return (nil, "this program was built without etcd") }
    return (
      try Recipe(in: folder, certificates: "\(ground)/certificates", hosts: Layout.several), ""
    )
  }

  /// What a host is called.
  static func name(_ host: Int) -> String { "barn-\(host)" }

  /// Where a host that is mounted there has what a real one has in /etc/granary.
  private static func etc(_ mount: String) -> String { "\(mount)/etc" }

  /// The settings of all nodes on a host.
  static func settings(_ mount: String) -> String { "\(etc(mount))/granary.json5" }

  /// Puts the files on a host's disk, as the recipe says.
  func install(on host: Int, at mount: String) throws {
    let etc = Self.etc(mount)
    try Shell.run("mkdir -p \(Shell.quoted(etc))")
    for name in ["granary.json5", "host.env", "etcd.env"] {
      let text = try TextFile.existing("\(folder)/etc/\(name)")
      try TextFile.write(Self.text(text, for: host, at: mount), to: "\(etc)/\(name)")
    }
    guard host <= hosts else { return }
    let own = Shell.quoted("\(certificates)/\(Self.name(host))")
    try Shell.run("cp -rp \(own) \(Shell.quoted("\(etc)/etcd"))")
  }

  /// A file of the recipe for a host: with its name and address, but where all hosts are listed,
  /// with the lab's network, and with the places of its disk.
  static func text(_ text: String, for host: Int, at mount: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let listsAll = line.hasPrefix("ETCD_INITIAL_CLUSTER=") || line.contains("endpoints:")
      var line = String(line)
      if !listsAll {
        line = line.replacing(name(writtenFor), with: name(host))
          .replacing("10.0.0.\(writtenFor)", with: "10.0.0.\(host)")
      }
      return line.replacing("10.0.0.", with: Network.addresses)
        .replacing("/etc/granary", with: etc(mount))
        .replacing("/var/lib/etcd", with: "\(mount)/etcd")
        .replacing("/var/lib/granary", with: "\(mount)/cluster")
    }
    return lines.joined(separator: "\n")
  }

  // MARK: What runs there

  /// The variables that systemd would give a node of Granary.
  static func environment(_ mount: String) throws -> [String: String] {
    try variables("\(etc(mount))/host.env")
  }

  /// The variables of etcd.
  static func etcdEnvironment(_ mount: String) throws -> [String: String] {
    try variables("\(etc(mount))/etcd.env")
  }

  private static func variables(_ path: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for line in try TextFile.existing(path).split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { found[parts[0]] = parts[1] }
    }
    return found
  }

  /// Words for etcd's own tool, which asks all members with a host's certificate.
  var control: String {
    let own = "\(certificates)/\(Self.name(Self.writtenFor))"
    let endpoints = (1...hosts).map { "https://\(Network.address($0)):2379" }
    return "ETCDCTL_API=3 etcdctl --endpoints=\(endpoints.joined(separator: ",")) "
      + "--cacert=\(Shell.quoted("\(own)/ca.pem")) --cert=\(Shell.quoted("\(own)/client.pem")) "
      + "--key=\(Shell.quoted("\(own)/client.key")) --dial-timeout=1s --command-timeout=3s"
  }
}
