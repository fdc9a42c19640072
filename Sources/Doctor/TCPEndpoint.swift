import Glibc

/// A place on a network, as settings spell it: `tcp://10.0.0.7:5040`, `tcp://[fd00::7]:5040`.
struct TCPEndpoint: Equatable {
  var host: String
  var port: UInt16

  init?(_ text: String) {
    guard text.hasPrefix("tcp://") else { return nil }
    let rest = text.dropFirst("tcp://".count)
    guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...])
    else { return nil }
    var host = rest[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = port
  }

  /// Why nobody could listen at this address, as `errno` tells it; nothing where one could.
  func obstacleToListening(at address: String) -> Int32? {
    unsafe withSocket(address) { descriptor, address, length in
      // As libzmq does it: what lingers of a node that ended is no obstacle.
      var yes: Int32 = 1
      unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
      guard unsafe bind(descriptor, address, length) == 0, listen(descriptor, 1) == 0 else {
        return errno
      }
      return nil
    }
  }

  /// Why nobody is reached there within a time, as `errno` tells it; nothing where somebody is.
  func obstacleToReaching(withinMilliseconds limit: Int32) -> Int32? {
    unsafe withSocket(host) { descriptor, address, length in
      if unsafe connect(descriptor, address, length) == 0 { return nil }
      guard errno == EINPROGRESS else { return errno }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&waiting, 1, limit) > 0 else { return ETIMEDOUT }
      var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
      unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
      return code == 0 ? nil : code
    }
  }

  private func withSocket(
    _ host: String, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32?
  ) -> Int32? {
    var found: UnsafeMutablePointer<addrinfo>?
    var wanted = unsafe addrinfo()
    unsafe wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
    guard unsafe getaddrinfo(host, String(port), &wanted, &found) == 0, let first = unsafe found,
      let address = unsafe first.pointee.ai_addr
    else { return EADDRNOTAVAIL }
    defer { unsafe freeaddrinfo(found) }
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = unsafe socket(first.pointee.ai_family, kind, 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    return unsafe body(descriptor, address, first.pointee.ai_addrlen)
  }
}
