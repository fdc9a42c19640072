import Glibc

/// Whether a node can listen where its settings say, and whether others find it there.
struct ListenChecks {
  /// The longest path of a local socket (unix(7)).
  private static let longestSocketPath = 107

  /// What listens, and the setting that says where.
  var part: String, setting: String
  var files: SystemFiles
  var addresses: LocalAddresses
  /// The processes of this cluster that run here, as their locks say.
  var own: Set<Int>
  /// The names of the nodes that are here.
  var nodes: [String] = []
  /// Whether others come from other machines: then a loopback address is none.
  var isForOthers: Bool

  func finding(_ endpoint: String) -> Finding {
    let name = "\(part) port"
    if endpoint.hasPrefix("ipc://") { return local(endpoint, name) }
    guard let place = TCPEndpoint(endpoint) else {
      return Finding(
        name, .wrong, "\(endpoint) is no endpoint", do: "\(setting): \"tcp://ADDRESS:PORT\"")
    }
    let open = addresses.open.joined(separator: ", ")
    let example = "\(setting): \"tcp://\(addresses.open.first ?? "ADDRESS"):\(place.port)\""
    if LocalAddresses.isWildcard(place.host) {
      return Finding(
        name, .wrong,
        "\(endpoint) is told to others as it stands, and means their own machine there",
        do: "name one of this machine's addresses (\(open)): \(example)")
    }
    guard let address = addresses.address(of: place.host) else {
      return Finding(
        name, .wrong, "\(place.host) is no address and no interface of this machine",
        do: "name one of \(open): \(example); a name of the DNS will not do")
    }
    if isForOthers, LocalAddresses.isLoopback(address) {
      return Finding(
        name, .wrong, "\(endpoint) is reached from this machine only, and the cluster has others",
        do: "\(example), and open that port in the firewall")
    }
    if place.port == 0 {
      guard LocalAddresses.isLoopback(address) else {
        return Finding(
          name, .warning, "\(endpoint) takes another port at each start, which no firewall knows",
          do: "name a port: \(setting): \"tcp://\(address):5041\"")
      }
      return Finding(name, ok: "\(endpoint), a free port at each start")
    }
    return bound(place, address, endpoint, name)
  }

  private func bound(
    _ place: TCPEndpoint, _ address: String, _ endpoint: String, _ name: String
  ) -> Finding {
    guard let code = place.obstacleToListening(at: address) else {
      return Finding(name, ok: "\(endpoint) is free")
    }
    guard code == EADDRINUSE else {
      let wayOut =
        code == EACCES
        ? "choose a port of 1024 or more, or AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit"
        : "choose another endpoint in \(setting)"
      return Finding(name, .wrong, "\(endpoint): \(SystemFiles.reason(code))", do: wayOut)
    }
    let holder = PortHolder.find(port: place.port, files)
    if let holder, own.contains(holder.process) || holder.plays(part, as: nodes) {
      return Finding(
        name, ok: "\(endpoint), where process \(holder.process) of this cluster listens")
    }
    let who = holder.map { "\($0.name), process \($0.process)," } ?? "a process of another user"
    return Finding(
      name, .wrong, "\(endpoint) is taken: \(who) listens there",
      do: "stop that, or choose another port in \(setting)")
  }

  private func local(_ endpoint: String, _ name: String) -> Finding {
    let path = endpoint.dropFirst("ipc://".count)
    guard path.utf8.count <= Self.longestSocketPath else {
      return Finding(
        name, .wrong,
        "the path of \(endpoint) has \(path.utf8.count) bytes, "
          + "\(Self.longestSocketPath) is the most", do: "choose a shorter one in \(setting)")
    }
    if isForOthers {
      return Finding(
        name, .wrong, "\(endpoint) is reached from this machine only, and the cluster has others",
        do: "\(setting): \"tcp://\(addresses.open.first ?? "ADDRESS"):5041\"")
    }
    return Finding(name, ok: "\(endpoint), for this machine only")
  }
}
