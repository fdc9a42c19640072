import Glibc

/// What the kernel has counted of a TCP connection since it began.
struct TCPCounts: Equatable, Sendable {
  /// Bytes that came in, and bytes that the other end acknowledged.
  var received: UInt64, acknowledged: UInt64

  // `struct tcp_info` of linux/tcp.h, which only grows at its end: eight bytes, twenty-four u32,
  // the pacing rates, then these two (since Linux 4.1). The C library's own header is older.
  private static let acknowledgedOffset = 120, receivedOffset = 128, byteCount = 136
  private static let tcpInfo: Int32 = 11

  /// The counts of a descriptor; nothing where it is no TCP connection (any more).
  init?(of descriptor: Int32) {
    var length = socklen_t(Self.byteCount)
    let counts = unsafe withUnsafeTemporaryAllocation(
      byteCount: Self.byteCount, alignment: 8
    ) { info -> (UInt64, UInt64)? in
      guard
        unsafe getsockopt(
          descriptor, Int32(IPPROTO_TCP), Self.tcpInfo, info.baseAddress, &length) == 0,
        Int(length) >= Self.byteCount
      else { return nil }
      return unsafe (
        info.load(fromByteOffset: Self.receivedOffset, as: UInt64.self),
        info.load(fromByteOffset: Self.acknowledgedOffset, as: UInt64.self)
      )
    }
    guard let counts else { return nil }
    (received, acknowledged) = counts
  }

  init(received: UInt64, acknowledged: UInt64) {
    self.received = received
    self.acknowledged = acknowledged
  }
}

/// Descriptors of connections, which belong to libzmq: looked at and cut off, never closed here.
enum ConnectionDescriptor {
  private static let cookieOption: Int32 = 57

  /// The number by which the kernel knows the socket behind a descriptor, which no other one has:
  /// a descriptor that was closed may stand for something else by now.
  static func cookie(_ descriptor: Int32) -> UInt64? {
    var (cookie, length) = (UInt64(0), socklen_t(8))
    let code = unsafe getsockopt(descriptor, SOL_SOCKET, cookieOption, &cookie, &length)
    return code == 0 ? cookie : nil
  }

  /// Ends the connection in both directions: libzmq reads its end, and throws away what it had
  /// gathered of it. On what is no socket it does nothing.
  static func cut(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Lets this process have as many descriptors as it is allowed, up to a limit: each connection is
  /// one, and who cannot open any more can store nothing. Returns how many it may have.
  static func raiseLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return 1_024
    }
    let wanted = min(limit.rlim_max, SocketLimits.mostDescriptors)
    if limit.rlim_cur < wanted {
      var raised = limit
      raised.rlim_cur = wanted
      if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
        limit = raised
      }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
