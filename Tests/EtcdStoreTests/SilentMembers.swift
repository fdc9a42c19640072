import Glibc
import Storage
import TestSupport
import Threading

/// Members that take connections and say nothing, as a process that hangs or a host that is gone.
/// They note who was asked, in order.
final class SilentMembers: Sendable {
  private struct State {
    var asked: [Int] = []
    var connections: [Int32] = []
  }

  let endpoints: [String]
  private let listeners: [Int32]
  private let state = Locked(State())
  private let isOver = Locked(false)
  private let thread: Locked<Thread?>

  init(_ count: Int) throws {
    var listeners: [Int32] = []
    var endpoints: [String] = []
    for _ in 0..<count {
      let port = try EtcdServer.freePort()
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let code = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
          unsafe bind(descriptor, general, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard descriptor >= 0, code == 0, listen(descriptor, 16) == 0 else {
        throw StorageError(path: "127.0.0.1:\(port)", kind: .other, message: "is taken")
      }
      listeners.append(descriptor)
      endpoints.append("http://127.0.0.1:\(port)")
    }
    self.listeners = listeners
    self.endpoints = endpoints
    thread = Locked(nil)
    let own = listeners
    let started = try Thread(name: "silent") { [state, isOver] in
      while !isOver.withLock({ $0 }) { Self.accept(own, state) }
    }
    thread.withLock { $0 = started }
  }

  deinit {
    isOver.withLock { $0 = true }
    thread.withLock { $0?.join() }
    for descriptor in listeners + state.withLock({ $0.connections }) { close(descriptor) }
  }

  /// Who was asked since the last call, by number.
  func takeAsked() -> [Int] {
    state.withLock { state in
      defer { state.asked = [] }
      return state.asked
    }
  }

  private static func accept(_ listeners: [Int32], _ state: Locked<State>) {
    var polled = listeners.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard unsafe poll(&polled, nfds_t(polled.count), 20) > 0 else { return }
    for (place, entry) in polled.enumerated() where entry.revents != 0 {
      let connection = Glibc.accept(entry.fd, nil, nil)
      guard connection >= 0 else { continue }
      state.withLock { state in
        state.asked.append(place)
        state.connections.append(connection)
      }
    }
  }
}
