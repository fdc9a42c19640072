/// The hosts of the lab: network namespaces, each with one cable to a switch.
///
/// The lab is started in namespaces of its own (`ops/lab`): its own one is the last host, where the
/// clients are; the others and the switch are files in a folder. Whatever ends the lab, the kernel
/// takes all of it away. Addresses of cables are fixed and told to everybody beforehand, so that
/// one-sided silence can be made by telling a host a wrong one: what it sends goes nowhere.
struct Network: Sendable {
  /// The number of hosts; the last one is the lab's own.
  static let hostCount = 5

  private let folder: String

  /// Lays the cables; `folder` is made.
  init(in folder: String) throws {
    self.folder = folder
    try TextFile.makeFolder(folder)
    var script = "ip link set lo up\n"
    for name in ["switch"] + (1..<Self.hostCount).map({ "host-\($0)" }) {
      let file = Shell.quoted("\(folder)/\(name)")
      script += "touch \(file); unshare --net=\(file) true\n"
    }
    script += inSwitch("ip link add hub type bridge") + inSwitch("ip link set hub up")
    for host in 1...Self.hostCount {
      script += inSwitch(
        "ip link add port\(host) type veth peer name eth0 address \(cable(host)) "
          + "netns \(space(host))")
      script += inSwitch("ip link set port\(host) master hub up")
      script += inside(host, "ip link set lo up")
      script += inside(host, "ip addr add \(Self.address(host))/24 dev eth0")
      script += inside(host, "ip link set eth0 up")
    }
    try Shell.run(script)
    try heal()
  }

  /// What the addresses of all hosts begin with.
  static let addresses = "10.77.0."

  /// Where a host is.
  static func address(_ host: Int) -> String { "\(addresses)\(host)" }

  /// Words before a command that is to run on a host.
  func prefix(on host: Int) -> [String] {
    host == Self.hostCount ? [] : ["/usr/bin/nsenter", "--net=\(folder)/host-\(host)"]
  }

  // MARK: Faults

  /// Pulls the plug of a host, or puts it in again.
  func plug(_ host: Int, isIn: Bool) throws {
    try Shell.run(inSwitch("ip link set port\(host) \(isIn ? "up" : "down")"))
  }

  /// Lets what one host sends to others be lost, or not.
  func hear(_ sender: Int, by receivers: [Int], isHeard: Bool) throws {
    try Shell.run(
      receivers.map { neighbour($0, of: sender, isReached: isHeard) }.joined())
  }

  /// Makes the link of a host slow, both ways.
  func slow(_ host: Int, kilobitsPerSecond: Int) throws {
    let queue = "root tbf rate \(kilobitsPerSecond)kbit burst 16k latency 400ms"
    try Shell.run(
      inside(host, "tc qdisc replace dev eth0 \(queue)")
        + inSwitch("tc qdisc replace dev port\(host) \(queue)"))
  }

  /// Makes the link of a host as quick as it was.
  func quicken(_ host: Int) throws {
    try Shell.run(
      inside(host, "tc qdisc del dev eth0 root 2>/dev/null || true")
        + inSwitch("tc qdisc del dev port\(host) root 2>/dev/null || true"))
  }

  /// Ends whatever is wrong.
  func heal() throws {
    for host in 1...Self.hostCount {
      try plug(host, isIn: true)
      try quicken(host)
      try hear(host, by: (1...Self.hostCount).filter { $0 != host }, isHeard: true)
    }
  }

  // MARK: Words for the shell

  private func cable(_ host: Int) -> String { "02:67:72:6e:00:0\(host)" }

  private func neighbour(_ receiver: Int, of sender: Int, isReached: Bool) -> String {
    // Nobody has the address behind which nothing is.
    let target = isReached ? cable(receiver) : "02:67:72:6e:ff:ff"
    return inside(
      sender,
      "ip neigh replace \(Self.address(receiver)) lladdr \(target) dev eth0 nud permanent")
  }

  /// The name space of a host, as `ip` takes it.
  private func space(_ host: Int) -> String {
    // The first process of the lab's own space of processes is in the lab's network as well.
    host == Self.hostCount ? "/proc/1/ns/net" : Shell.quoted("\(folder)/host-\(host)")
  }

  private func inside(_ host: Int, _ line: String) -> String {
    host == Self.hostCount
      ? line + "\n" : "nsenter --net=\(Shell.quoted("\(folder)/host-\(host)")) \(line)\n"
  }

  private func inSwitch(_ line: String) -> String {
    "nsenter --net=\(Shell.quoted("\(folder)/switch")) \(line)\n"
  }
}
