import FoundationEssentials
import Glibc
import Settings
import TestSupport
import Threading
import WireProtocol

@testable import Messaging

/// Somebody with a key who sends whatever bytes they like, in as many parts as they like, and reads
/// only when told to. Waits on the test's thread, because a socket belongs to one.
final class HostilePeer {
  let dealer: Dealer
  private let poller = Poller()

  /// A peer at a node of a cluster; it reads nothing ahead.
  init(
    _ cluster: TestCluster, as name: String, to endpoint: String? = nil,
    of node: String = "coordinator"
  ) throws {
    let folder = cluster.cluster
    let keys = try KeyFile.readSecret(folder.secretKey(of: name))
    let server = try KeyFile.readPublic(folder.publicKey(of: node))
    let line = try contents(folder.coordinatorEndpoint).split(separator: " ")
    guard let place = endpoint ?? line.first.map(String.init) else {
      throw ClusterFailure(description: "no endpoint")
    }
    dealer = try Dealer(
      in: try Context(), keys: keys, serverKey: server,
      limits: SocketLimits(sendQueue: 1_000, receiveQueue: 1))
    _ = poller.add(dealer)
    try dealer.connect(place)
    try wait("connection") { dealer.problem == nil ? () : nil }
  }

  /// Keeps the connection's own work going.
  func turn(_ milliseconds: Int64 = 5) { _ = poller.wait(timeoutMilliseconds: milliseconds) }

  private func wait<Answer>(_ what: String, _ body: () throws -> Answer?) throws -> Answer {
    let end = ContinuousClock.now + TestCluster.patience
    while ContinuousClock.now < end {
      if let answer = try body() { return answer }
      turn()
    }
    throw ClusterFailure(description: "no \(what): \(String(describing: dealer.problem))")
  }

  /// Sends bytes and gives what is answered.
  func answer(to bytes: [UInt8]) throws -> Message {
    var isSent = false
    return try wait("answer") {
      if !isSent { isSent = dealer.send(bytes) == .sent }
      return try dealer.receive().map { try Frame(packed: $0.bytes).message }
    }
  }

  func answer(to message: Message, request: UInt64 = 7) throws -> Message {
    try answer(to: Frame(request: request, message).packed())
  }

  /// Sends parts of one message, which may have no end.
  func send(parts: [[UInt8]], isEnd: Bool = true) throws {
    for (index, part) in parts.enumerated() {
      try wait("room") {
        let error = unsafe part.withUnsafeBytes { bytes in
          unsafe dealer.socket.send(part: bytes, more: index < parts.count - 1 || !isEnd)
        }
        return error == nil ? () : nil
      }
    }
  }
}

/// What a process takes of memory, in bytes.
func residentBytes(_ process: Int32) throws -> Int {
  let pages = try contents("/proc/\(process)/statm").split(separator: " ").dropFirst().first
  guard let pages, let count = Int(pages) else {
    throw ClusterFailure(description: "process \(process) is not there")
  }
  return count * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// TCP connections that say nothing; they end with this object.
final class MuteConnections {
  private(set) var descriptors: [Int32] = []

  /// Opens so many to a port of this machine; those that are refused are not counted.
  init(_ count: Int, to endpoint: String) throws {
    guard let port = endpoint.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw ClusterFailure(description: "no port in \(endpoint)")
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    for _ in 0..<count {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      guard descriptor >= 0 else { break }
      let size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe connect(descriptor, $0, size)
        }
      }
      if code == 0 { descriptors.append(descriptor) } else { close(descriptor) }
    }
  }

  deinit { for descriptor in descriptors { close(descriptor) } }
}
