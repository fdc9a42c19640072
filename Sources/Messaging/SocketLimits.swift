import Glibc

/// The limits of a socket. Times hold for every socket alike; what is queued depends on its use.
public struct SocketLimits: Sendable, Hashable {
  /// Messages that may wait to be written, per peer.
  public var sendQueue: Int
  /// Messages that may wait to be received, per peer.
  public var receiveQueue: Int

  /// Small, frequent messages: heartbeats, placements, results.
  public static let control = SocketLimits(sendQueue: 1_000, receiveQueue: 1_000)
  /// Full frames under credit: 16 of them are 4 MiB a peer.
  public static let bulk = SocketLimits(sendQueue: 16, receiveQueue: 16)

  /// Limits for messages in number, each at least 1: libzmq takes 0 for no limit at all.
  public init(sendQueue: Int, receiveQueue: Int) {
    precondition(sendQueue > 0 && receiveQueue > 0, "a queue without limit is refused")
    self.sendQueue = sendQueue
    self.receiveQueue = receiveQueue
  }

  /// How long a closed socket goes on writing what was queued.
  static let lingerMilliseconds = 1_000
  /// A link is probed this often and given up after the timeout: a partition, a pulled cable or a
  /// stopped process shows within 0.8 s. A hung program does not, libzmq answers for it.
  static let heartbeatIntervalMilliseconds = 200
  static let heartbeatTimeoutMilliseconds = 600
  /// A peer that connects and stays mute is dropped after this time.
  static let handshakeMilliseconds = 5_000
  /// Together these two heal a partition in under a second; libzmq's defaults took eleven.
  static let connectTimeoutMilliseconds = 1_500
  static let reconnectMilliseconds = 100
  static let maximumReconnectMilliseconds = 1_000
  /// The connections of a router. Beyond them those that say nothing lose theirs.
  public static let mostConnections = 1_024
  /// How many may wait to be taken in: all clients of a cluster come back at once after an outage,
  /// and whoever finds no place waits for a second or more.
  static let backlog = 1_024
  /// The descriptors that a process wants, for connections and all else.
  static let mostDescriptors: rlim_t = 65_536
  /// Of these so many are for all else.
  static let otherDescriptors = 256
  /// How often the bytes that connections take are counted.
  static let ledgerMilliseconds: Int64 = 100
  /// Monitor events that may wait. A full monitor queue blocks the I/O thread, so this is far above
  /// what piles up between two polls.
  static let monitorQueue = 100_000
}
