import CZeroMQ
import Glibc

/// The part that all sockets share: a libzmq handle that one thread uses, the one that made it.
///
/// libzmq sockets are not thread-safe. The class is not `Sendable`, so the compiler keeps it where
/// it was made; a debug build asserts it at every use as well.
@safe
final class Socket {
  enum Kind: Sendable {
    case router, dealer, reply, pair

    var code: Int32 {
      switch self {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      case .reply: ZMQ_REP
      case .pair: ZMQ_PAIR
      }
    }
  }

  let context: Context
  private let handle: UnsafeMutableRawPointer
  /// One message structure, initialised anew for each part that comes in.
  private let message: UnsafeMutablePointer<zmq_msg_t>
  private let owner = pthread_self()

  /// `takesAll` sets no limit to what waits to be received.
  init(
    _ kind: Kind, in context: Context, limits: SocketLimits, takesAll: Bool = false
  ) throws(MessagingError) {
    guard let handle = unsafe zmq_socket(context.handle, kind.code) else {
      throw .library(call: "opening a \(kind) socket", reason: MessagingError.lastReason())
    }
    self.context = context
    unsafe self.handle = unsafe handle
    unsafe message = .allocate(capacity: 1)
    try set(ZMQ_LINGER, to: SocketLimits.lingerMilliseconds)
    try set(ZMQ_SNDHWM, to: limits.sendQueue)
    try set(ZMQ_RCVHWM, to: takesAll ? 0 : limits.receiveQueue)
    try set(ZMQ_BACKLOG, to: SocketLimits.backlog)
    try set(ZMQ_HANDSHAKE_IVL, to: SocketLimits.handshakeMilliseconds)
    // A router answers the probes of dealers, and gives up those that end. It sends none itself:
    // one to a peer that went while its messages fill the queue aborts the process (libzmq #4364).
    if kind != .router {
      try set(ZMQ_HEARTBEAT_IVL, to: SocketLimits.heartbeatIntervalMilliseconds)
      try set(ZMQ_HEARTBEAT_TIMEOUT, to: SocketLimits.heartbeatTimeoutMilliseconds)
      try set(ZMQ_HEARTBEAT_TTL, to: SocketLimits.heartbeatTimeoutMilliseconds)
    }
    try set(ZMQ_CONNECT_TIMEOUT, to: SocketLimits.connectTimeoutMilliseconds)
    try set(ZMQ_RECONNECT_IVL, to: SocketLimits.reconnectMilliseconds)
    try set(ZMQ_RECONNECT_IVL_MAX, to: SocketLimits.maximumReconnectMilliseconds)
    try set(ZMQ_IPV6, to: 0)
    try set(bytes: Int64(MessageLimit.maximumWireBytes), ZMQ_MAXMSGSIZE)
  }

  deinit {
    assertOwner()
    unsafe zmq_close(handle)
    unsafe message.deallocate()
  }

  func assertOwner() {
    assert(pthread_equal(owner, pthread_self()) != 0, "a socket was used by a second thread")
  }

  // MARK: Options and endpoints

  func set(_ option: Int32, to value: Int) throws(MessagingError) {
    try set(bytes: Int32(clamping: value), option)
  }

  private func set<Value: BitwiseCopyable>(bytes: Value, _ option: Int32) throws(MessagingError) {
    let code = unsafe withUnsafeBytes(of: bytes) { bytes in
      unsafe zmq_setsockopt(handle, option, bytes.baseAddress, bytes.count)
    }
    try check(code, "option \(option)")
  }

  func set(_ option: Int32, to text: String) throws(MessagingError) {
    try check(
      unsafe zmq_setsockopt(handle, option, text, text.utf8.count), "option \(option)")
  }

  private func check(_ code: Int32, _ call: String) throws(MessagingError) {
    guard code == 0 else { throw .library(call: call, reason: MessagingError.lastReason()) }
  }

  /// Listens, and says where: a `*` for the port becomes the port that was free.
  func bind(_ endpoint: String) throws(MessagingError) -> String {
    assertOwner()
    guard unsafe zmq_bind(handle, endpoint) == 0 else {
      throw .cannotBind(endpoint: endpoint, reason: MessagingError.lastReason())
    }
    var length = 512
    let resolved = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: length) { text in
      guard
        unsafe zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, text.baseAddress, &length) == 0,
        let start = text.baseAddress
      else { return String?.none }
      return unsafe String(cString: start)
    }
    return resolved ?? endpoint
  }

  func unbind(_ endpoint: String) throws(MessagingError) {
    assertOwner()
    try check(unsafe zmq_unbind(handle, endpoint), "leaving \(endpoint)")
  }

  func connect(_ endpoint: String) throws(MessagingError) {
    assertOwner()
    guard unsafe zmq_connect(handle, endpoint) == 0 else {
      throw .cannotConnect(endpoint: endpoint, reason: MessagingError.lastReason())
    }
  }

  /// Leaves the endpoint. libzmq forgets one by itself where a key was refused, so that none is
  /// found is no error.
  func disconnect(_ endpoint: String) {
    assertOwner()
    _ = unsafe zmq_disconnect(handle, endpoint)
  }

  /// Reports what happens to connections at `endpoint`, or nothing any more.
  func monitor(_ endpoint: String?, events: Int32) throws(MessagingError) {
    assertOwner()
    try check(unsafe zmq_socket_monitor(handle, endpoint, events), "watching connections")
  }

  var pollItem: zmq_pollitem_t {
    unsafe zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
  }

  // MARK: Parts

  /// Sends one part without waiting; nil, or the error's number.
  func send(part bytes: UnsafeRawBufferPointer, more: Bool) -> Int32? {
    assertOwner()
    let flags = more ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT
    while true {
      if unsafe zmq_send(handle, bytes.baseAddress, bytes.count, flags) >= 0 { return nil }
      if zmq_errno() != EINTR { return zmq_errno() }
    }
  }

  /// A part that came in; it is gone when `body` returns.
  @safe
  struct Part: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    let more: Bool
    fileprivate let message: UnsafeMutablePointer<zmq_msg_t>

    /// The descriptor of the connection that it came over; nothing within a process.
    var descriptor: Int32? {
      let descriptor = unsafe zmq_msg_get(message, ZMQ_SRCFD)
      return descriptor >= 0 ? descriptor : nil
    }

    /// The key at the other end, which the authenticator attached to the connection.
    var key: PublicKey? {
      unsafe zmq_msg_gets(message, "User-Id").map {
        unsafe PublicKey(attached: String(cString: $0))
      }
    }
  }

  /// Hands the next part to `body`; nil when there is none. The parts of a message come at once.
  func receive<Result>(_ body: (borrowing Part) -> Result) -> Result? {
    assertOwner()
    unsafe zmq_msg_init(message)
    defer { unsafe zmq_msg_close(message) }
    while unsafe zmq_msg_recv(message, handle, ZMQ_DONTWAIT) < 0 {
      let error = zmq_errno()
      if error == EAGAIN { return nil }
      precondition(error == EINTR, "receiving: \(MessagingError.lastReason())")
    }
    let bytes = unsafe UnsafeRawBufferPointer(
      start: zmq_msg_data(message), count: zmq_msg_size(message))
    return unsafe body(
      Part(bytes: bytes, more: zmq_msg_more(message) != 0, message: message))
  }

  /// Throws away what is left of a message, one part at a time.
  func discardRest() {
    while receive({ part in part.more }) == true {}
  }
}

extension Socket {
  /// Sends a message of several parts; false when it could not be queued.
  func send(parts: [[UInt8]]) -> Bool {
    for (index, part) in parts.enumerated() {
      let error = unsafe part.withUnsafeBytes { bytes in
        unsafe send(part: bytes, more: index < parts.count - 1)
      }
      if error != nil { return false }
    }
    return true
  }

  /// Receives a message of at most `limit` parts, and throws away further ones; nil without any.
  func receiveParts(limit: Int) -> [[UInt8]]? {
    var parts: [[UInt8]] = []
    while let (bytes, more) = receive({ part in (unsafe Array(part.bytes), part.more) }) {
      parts.append(bytes)
      if !more { return parts }
      if parts.count == limit {
        discardRest()
        return parts
      }
    }
    return nil
  }
}
