import CZeroMQ
import Synchronization

/// What happened to a connection.
public enum ConnectionEvent: Sendable, Hashable {
  /// TCP is there, the handshake begins.
  case connected
  /// The handshake succeeded: messages flow.
  case handshakeSucceeded
  /// A key was not on the allow-list. Both sides see this.
  case keyRefused
  /// The handshake failed otherwise. The side that found the fault sees its code; the other only
  /// that the connection was closed (nil): its server key is wrong, or this is not a Granary node.
  case handshakeFailed(code: UInt32?)
  /// An attempt to connect was refused or timed out.
  case connectFailed
  /// A connection ended: closed by the peer, cut for a broken rule, or silent for too long.
  case disconnected
}

/// How things stand with the one connection of a dealer.
public enum ConnectionState: Sendable, Hashable {
  /// Nobody answers.
  case unreachable
  /// TCP is there, the handshake is under way.
  case handshaking
  /// Messages flow.
  case ready
  /// The server refused our key. libzmq does not try again: see `Dealer.reconnect()`.
  case refused
  /// The server hung up during the handshake. libzmq goes on trying.
  case mismatched
}

/// How often each event happened.
public struct ConnectionCounts: Sendable, Hashable {
  /// Connections that began.
  public internal(set) var connected: Int64 = 0
  /// Handshakes that succeeded.
  public internal(set) var ready: Int64 = 0
  /// Keys that were refused.
  public internal(set) var keysRefused: Int64 = 0
  /// Handshakes that failed otherwise.
  public internal(set) var handshakesFailed: Int64 = 0
  /// Attempts to connect that failed.
  public internal(set) var connectsFailed: Int64 = 0
  /// Connections that ended, those of failed handshakes included.
  public internal(set) var lost: Int64 = 0
}

/// Follows the connections of one socket through libzmq's monitor.
///
/// A monitor that nobody reads blocks the I/O thread in the end, which stops reconnects. So each
/// socket has its watch from the start, and `Poller.wait` drains it.
public final class ConnectionWatch {
  let socket: Socket
  /// How things stand; it means something on a dealer.
  public private(set) var state = ConnectionState.unreachable
  /// What happened so far.
  public private(set) var counts = ConnectionCounts()
  private var recent: [ConnectionEvent] = []
  /// On a listener, what began and ended since it was asked last, by descriptor.
  private var changes: [(descriptor: Int32, began: Bool)] = []
  private let listens: Bool

  /// The most events that are kept for `takeEvents()`; the oldest go first.
  public static let maximumRecentEvents = 64

  private static let watchNumber = Atomic<UInt64>(0)
  private static let events: Int32 =
    ZMQ_EVENT_CONNECTED | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED
    | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL

  init(_ watched: Socket, listens: Bool) throws(MessagingError) {
    self.listens = listens
    let number = Self.watchNumber.wrappingAdd(1, ordering: .relaxed).newValue
    let endpoint = "inproc://granary.watch.\(number)"
    let limits = SocketLimits(sendQueue: 1, receiveQueue: SocketLimits.monitorQueue)
    socket = try Socket(.pair, in: watched.context, limits: limits)
    // A listener that is closed is no attempt that failed.
    try watched.monitor(
      endpoint, events: listens ? Self.events & ~ZMQ_EVENT_CLOSED : Self.events)
    try socket.connect(endpoint)
  }

  /// Takes what happened since the last call, oldest first.
  public func takeEvents() -> [ConnectionEvent] {
    drain()
    defer { recent = [] }
    return recent
  }

  /// Reads all events that wait. For loops that do not use a `Poller`.
  public func drain() {
    while let parts = socket.receiveParts(limit: 2) {
      guard let first = parts.first, first.count == 6 else { continue }
      let code = Int32(first[0]) | Int32(first[1]) << 8
      let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(first[2 + $1]) << (8 * UInt32($1)) }
      if listens, code == ZMQ_EVENT_ACCEPTED || code == ZMQ_EVENT_DISCONNECTED {
        changes.append((Int32(bitPattern: value), code == ZMQ_EVENT_ACCEPTED))
      }
      if let event = Self.event(code, value) { note(event) }
    }
  }

  /// Takes the connections that began and ended since the last call, in order.
  func takeChanges() -> [(descriptor: Int32, began: Bool)] {
    drain()
    defer { changes = [] }
    return changes
  }

  /// Forgets how things stood with an endpoint that was left.
  func restart(_ state: ConnectionState) {
    drain()
    self.state = state
  }

  /// Stops the watch before the watched socket closes, with an empty queue: libzmq could not end a
  /// monitor that waits for room.
  func end(_ watched: Socket) {
    drain()
    try? watched.monitor(nil, events: 0)
  }

  private func note(_ event: ConnectionEvent) {
    if recent.count == Self.maximumRecentEvents { recent.removeFirst() }
    recent.append(event)
    switch event {
    case .connected:
      counts.connected += 1
      // Between two failed handshakes the failure is the better answer.
      if state != .mismatched { state = .handshaking }
    case .handshakeSucceeded:
      counts.ready += 1
      state = .ready
    case .keyRefused:
      counts.keysRefused += 1
      state = .refused
    case .handshakeFailed:
      counts.handshakesFailed += 1
      state = .mismatched
    case .connectFailed:
      counts.connectsFailed += 1
      state = .unreachable
    case .disconnected:
      counts.lost += 1
      if state == .ready || state == .handshaking { state = .unreachable }
    }
  }

  private static func event(_ code: Int32, _ value: UInt32) -> ConnectionEvent? {
    switch code {
    case ZMQ_EVENT_CONNECTED, ZMQ_EVENT_ACCEPTED: .connected
    case ZMQ_EVENT_CLOSED: .connectFailed
    case ZMQ_EVENT_DISCONNECTED: .disconnected
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .keyRefused
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: .handshakeFailed(code: value)
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeFailed(code: nil)
    default: nil
    }
  }
}
