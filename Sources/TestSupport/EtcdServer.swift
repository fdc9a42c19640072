import FoundationEssentials
import Glibc
import Threading

/// An etcd of one or more members on this machine, in a folder of its own; gone with the last
/// reference, and with the test's process however that ends.
public final class EtcdServer: Sendable {
  private static let program = "/usr/bin/etcd"
  /// Ends with the thread that started it, which the nursery's never does before its process.
  private static let leash = "/usr/bin/setpriv"
  /// How often other ports are tried, because somebody took one of them.
  private static let attempts = 5

  /// Whether Debian's etcd-server is installed.
  public static let isInstalled = [program, leash].allSatisfy {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Where the members take questions.
  public let endpoints: [String]
  private let ports: [(client: UInt16, peer: UInt16)]
  private let folder: TemporaryFolder
  private let extra: [String]
  private let processes: Locked<[ChildProcess?]>

  /// Starts the members and waits until they have a leader; `extra` are further words for each.
  public static func start(members: Int = 1, extra: [String] = []) async throws -> EtcdServer {
    for _ in 0..<attempts {
      let server = try EtcdServer(members: members, extra: extra)
      for member in 0..<members { try server.start(member) }
      if await eventually(within: .seconds(20), { server.isEveryMemberHealthy }) { return server }
    }
    throw EtcdDoesNotStart()
  }

  private init(members: Int, extra: [String]) throws {
    ports = try (0..<members).map { _ in (try Self.freePort(), try Self.freePort()) }
    let scheme = extra.contains("--cert-file") ? "https" : "http"
    endpoints = ports.map { "\(scheme)://127.0.0.1:\($0.client)" }
    folder = try TemporaryFolder()
    self.extra = extra
    processes = Locked(Array(repeating: nil, count: members))
  }

  deinit {
    // Before their folder goes, or they would fill it again.
    processes.withLock { processes in
      for process in processes {
        process?.kill(SIGKILL)
        process?.wait()
      }
    }
  }

  /// Starts a member that does not run, with what it had.
  public func start(_ member: Int) throws {
    let (client, peer) = (endpoints[member], "http://127.0.0.1:\(ports[member].peer)")
    let all = ports.indices.map { "m\($0)=http://127.0.0.1:\(ports[$0].peer)" }
    var command = ChildProcess.Command(
      executable: Self.leash,
      arguments: ["--pdeathsig", "KILL", Self.program, "--name", "m\(member)"]
        + ["--data-dir", folder.file("m\(member)"), "--logger", "zap", "--log-level", "error"]
        + ["--listen-client-urls", client, "--advertise-client-urls", client]
        + ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer]
        + ["--initial-cluster", all.joined(separator: ",")] + extra)
    command.standardOutput = .file(folder.file("m\(member).log"))
    command.standardError = .file(folder.file("m\(member).log"))
    let process = try Nursery.start(command)
    processes.withLock { $0[member] = process }
  }

  /// Sends a member a signal: SIGSTOP, SIGCONT, SIGKILL.
  public func signal(_ member: Int, _ signal: Int32) {
    let process = processes.withLock { $0[member] }
    process?.kill(signal)
    if signal == SIGKILL { process?.wait() }
  }

  /// Whether a member answers that it has a leader. One that speaks TLS only is not asked.
  public func isHealthy(_ member: Int) -> Bool {
    if endpoints[member].hasPrefix("https") { return accepts(ports[member].client, question: nil) }
    return accepts(ports[member].client, question: "GET /health HTTP/1.0\r\n\r\n")
  }

  private var isEveryMemberHealthy: Bool { ports.indices.allSatisfy(isHealthy) }

  // MARK: Sockets

  /// A port that nobody has at the moment.
  public static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw EtcdDoesNotStart() }
    defer { close(descriptor) }
    var address = loopback(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        unsafe bind(descriptor, general, size) == 0 ? getsockname(descriptor, general, &size) : -1
      }
    }
    guard code == 0 else { throw EtcdDoesNotStart() }
    return UInt16(bigEndian: address.sin_port)
  }

  private func accepts(_ port: UInt16, question: String?) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // A member that is stopped is connected to, and says nothing.
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    unsafe _ = setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = Self.loopback(port: port)
    let code = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        unsafe connect(descriptor, general, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { return false }
    guard let question else { return true }
    let words = Array(question.utf8)
    guard unsafe send(descriptor, words, words.count, Int32(MSG_NOSIGNAL)) > 0 else {
      return false
    }
    var answer = [UInt8](repeating: 0, count: 4_096)
    var filled = 0
    while filled < answer.count {
      let count = unsafe answer.withUnsafeMutableBytes { bytes in
        unsafe recv(descriptor, bytes.baseAddress?.advanced(by: filled), bytes.count - filled, 0)
      }
      guard count > 0 else { break }
      filled += count
    }
    return String(decoding: answer[..<filled], as: UTF8.self).contains(#""health":"true""#)
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}

/// etcd is installed and does not start.
public struct EtcdDoesNotStart: Error {}
