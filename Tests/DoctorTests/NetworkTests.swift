import FoundationEssentials
import Glibc
import Messaging
import Settings
import TestSupport
import Testing

@testable import Doctor

/// A socket that listens at a free port of this machine.
final class Listener {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard unsafe bind(descriptor, address, length) == 0, listen(descriptor, 4) == 0 else {
          return Int32(-1)
        }
        return unsafe getsockname(descriptor, address, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(code == 0)
  }

  deinit { close(descriptor) }
}

@Suite("Where a node listens")
struct ListenCheckTests {
  private let addresses = LocalAddresses(entries: [
    ("lo", "127.0.0.1"), ("eth0", "10.0.0.7"), ("eth0", "fe80::1%eth0"),
  ])

  private func check(
    _ endpoint: String, forOthers: Bool = true, own: Set<Int> = [],
    files: SystemFiles = SystemFiles()
  ) -> Finding {
    ListenChecks(
      part: "worker", setting: "worker.listen", files: files, addresses: addresses, own: own,
      isForOthers: forOthers
    ).finding(endpoint)
  }

  @Test("is an address that others can be told")
  func address() {
    let wildcard = check("tcp://0.0.0.0:5041")
    #expect(wildcard.verdict == .wrong)
    #expect(wildcard.wayOut.contains("tcp://10.0.0.7:5041"))
    #expect(check("tcp://*:5041").verdict == .wrong)
    #expect(check("tcp://10.0.0.8:5041").found.contains("no address"))
    #expect(check("tcp://127.0.0.1:0").found.contains("reached from this machine only"))
    #expect(check("tcp://127.0.0.1:0", forOthers: false).verdict == .ok)
    #expect(check("tcp://eth0:0").verdict == .warning)
    #expect(check("ipc:///run/x").verdict == .wrong)
    #expect(check("ipc:///run/x", forOthers: false).verdict == .ok)
    #expect(
      check("ipc:///" + String(repeating: "x", count: 120), forOthers: false).verdict == .wrong)
    #expect(check("nonsense").verdict == .wrong)
  }

  @Test("is a port that nobody else has; who has it is named")
  func taken() throws {
    let listener = try Listener()
    let endpoint = "tcp://127.0.0.1:\(listener.port)"
    let finding = check(endpoint, forOthers: false)
    #expect(finding.verdict == .wrong)
    #expect(finding.found.contains("process \(getpid()),"))
    // The node itself, by its lock.
    #expect(check(endpoint, forOthers: false, own: [Int(getpid())]).verdict == .ok)
  }

  @Test("is told from /proc, sockets that only talk left out")
  func holder() throws {
    let head = "  sl  local_address rem_address   st tx rx tr tm retr uid timeout inode\n"
    let rest = "00:0 00:0 0 0 0"
    let system = try PreparedSystem([
      "/proc/net/tcp": head
        + "   0: 0100007F:13B1 00000000:0000 01 \(rest) 77 1\n"
        + "   1: 0100007F:13B1 00000000:0000 0A \(rest) 78 1\n"
        + "   2: 0100007F:13B2 00000000:0000 0A \(rest) 79 1\n",
      "/proc/42/comm": "postgres\n", "/proc/42/cmdline": "postgres\0-D\0",
    ])
    #expect(PortHolder.inodes(port: 5041, system.files) == ["78"])
    #expect(PortHolder.find(port: 5041, system.files) == nil)
    let descriptors = system.folder.file("proc/42/fd")
    try FileManager.default.createDirectory(atPath: descriptors, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(descriptors)/3", withDestinationPath: "socket:[78]")
    #expect(
      PortHolder.find(port: 5041, system.files)
        == PortHolder(process: 42, name: "postgres", words: ["postgres", "-D"]))
  }

  @Test("is its own where the process that holds it is the node of that name")
  func part() {
    let holder = PortHolder(
      process: 7, name: "granary", words: ["granary", "coordinator", "--name", "coordinator-2"])
    #expect(holder.plays("coordinator", as: ["coordinator-2", "worker-2"]))
    #expect(!holder.plays("worker", as: ["coordinator-2", "worker-2"]))
    #expect(!holder.plays("coordinator", as: ["coordinator-1"]))
    #expect(!holder.plays("coordinator", as: ["coordinator"]))
    let unnamed = PortHolder(process: 7, name: "granary", words: ["granary", "coordinator"])
    #expect(unnamed.plays("coordinator", as: ["coordinator"]))
    let other = PortHolder(process: 7, name: "nginx", words: ["nginx", "coordinator"])
    #expect(!other.plays("coordinator", as: ["coordinator"]))
  }

  @Test("knows the machine's own addresses")
  func own() {
    #expect(LocalAddresses.here().address(of: "127.0.0.1") == "127.0.0.1")
    #expect(LocalAddresses.here().address(of: "lo") != nil)
    #expect(addresses.open == ["10.0.0.7"])
  }

  @Test("is spelt in one of libzmq's ways")
  func spelling() {
    #expect(TCPEndpoint("tcp://[fd00::7]:5040")?.host == "fd00::7")
    #expect(TCPEndpoint("tcp://10.0.0.7:5040")?.port == 5_040)
    for text in ["tcp://10.0.0.7", "udp://a:1", "tcp://:1", "tcp://a:70000"] {
      #expect(TCPEndpoint(text) == nil)
    }
  }
}

@Suite("The way to the coordinator")
struct ContactCheckTests {
  /// What is found with these lines in the file, KEY standing for some key and OWN for that of the
  /// coordinator whose secret is here.
  private func findings(_ text: String?, isOwn: Bool = false) throws -> [Finding] {
    let cluster = try PreparedCluster()
    let own = try KeyFile.readPublic(cluster.folder.publicKey(of: "coordinator"))
    let other = try CurveKeyPair.generate().publicKey
    if let text {
      let lines = text.replacing("KEY", with: other.text).replacing("OWN", with: own.text)
      try write(lines, cluster.folder.coordinatorEndpoint)
    }
    return ContactChecks(folder: cluster.folder, isOwn: isOwn).findings
  }

  @Test("is named by a file that must be there and make sense")
  func file() throws {
    #expect(try findings(nil).map(\.verdict) == [.wrong])
    #expect(try findings("tcp://127.0.0.1:1\n")[0].found.contains("is not `ENDPOINT KEY`"))
    #expect(try findings("\n")[0].verdict == .wrong)
    #expect(try findings(nil, isOwn: true).map(\.verdict) == [.ok])
  }

  @Test("leads to somebody who listens, or says what the network said")
  func reach() throws {
    var listener: Listener? = try Listener()
    let port = try #require(listener?.port)
    let line = "tcp://127.0.0.1:\(port) KEY\n"
    #expect(try findings(line).map(\.verdict) == [.ok])
    // One of several is enough to go on with.
    #expect(
      try findings("tcp://127.0.0.1:1 KEY\n\(line)").map(\.verdict) == [.warning, .ok])
    listener = nil
    let refused = try findings(line)
    #expect(refused.map(\.verdict) == [.wrong])
    #expect(refused[0].found.contains("Connection refused"))
    #expect(try findings("tcp://0.0.0.0:5040 KEY\n")[0].found.contains("which is this machine"))
  }

  @Test("is this machine's own where the key is, and then need not be open")
  func own() throws {
    #expect(try findings("tcp://127.0.0.1:1 OWN\n", isOwn: true).map(\.verdict) == [.ok])
    let strange = try findings("tcp://127.0.0.1:1 KEY\n", isOwn: true)
    #expect(strange.map(\.check) == ["coordinator", "coordinator key"])
    #expect(strange.allSatisfy { $0.verdict == .wrong })
  }
}

@Suite("A whole examination")
struct ExaminationTests {
  @Test("of a folder that is well finds nothing wrong in it, and leaves nothing behind")
  func well() throws {
    let cluster = try PreparedCluster()
    let before = try FileManager.default.subpathsOfDirectory(atPath: cluster.folder.path).sorted()
    let findings = Examination(
      Patient(
        folder: cluster.folder, parts: [.coordinator, .worker], settings: ResolvedSettings())
    ).findings()
    let own: Set = ["keys", "cluster folder", "coordinator port", "worker port", "coordinator"]
    #expect(own.isSubset(of: Set(findings.map(\.check))))
    #expect(findings.filter { own.contains($0.check) }.allSatisfy { $0.verdict == .ok })
    // Each that asks for something says what to do.
    #expect(findings.allSatisfy { ($0.verdict == .ok) == $0.wayOut.isEmpty })
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: cluster.folder.path).sorted() == before)
  }

  @Test("of a client leaves out what concerns nodes")
  func client() throws {
    let cluster = try PreparedCluster([(.client, "client")])
    let findings = Examination(
      Patient(folder: cluster.folder, parts: [.client], settings: ResolvedSettings())
    ).findings()
    let names = Set(findings.map(\.check))
    #expect(names.isDisjoint(with: ["memory", "disk speed", "worker port", "host name"]))
    #expect(names.contains("coordinator"))
  }
}
