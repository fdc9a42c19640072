public import Threading
import CZeroMQ
import Glibc

/// Waits for sockets and descriptors of one thread's loop to become readable.
///
/// It reads the connection watches of its sockets on the way, so that none fills up.
@safe
public final class Poller {
  /// What a source was given when it was added, to be recognised by.
  public struct Token: Hashable, Sendable {
    fileprivate let number: Int
  }

  private struct Source {
    let token: Token
    /// Keeps the descriptor or socket of the item open.
    let owner: AnyObject?
    /// Set on items that are monitors, which are drained and not reported.
    let watch: ConnectionWatch?
  }

  // Beside each other because libzmq wants its items contiguous.
  private var items: [zmq_pollitem_t] = unsafe []
  private var sources: [Source] = []
  private var nextToken = 0

  /// A poller of nothing yet.
  public init() {}

  /// Waits for messages to a router.
  public func add(_ router: Router) -> Token { add(router.socket, router.watch, owner: router) }

  /// Waits for messages to a dealer.
  public func add(_ dealer: Dealer) -> Token { add(dealer.socket, dealer.watch, owner: dealer) }

  /// Waits for a signal; the loop clears it.
  public func add(_ wakeUp: WakeUp) -> Token { add(descriptor: wakeUp.descriptor, owner: wakeUp) }

  /// Waits for a descriptor to be readable or closed by its other end. The caller removes it before
  /// it closes it.
  public func add(descriptor: Int32) -> Token { add(descriptor: descriptor, owner: nil) }

  /// Waits for this source no more.
  public func remove(_ token: Token) {
    for index in sources.indices.reversed() where sources[index].token == token {
      sources.remove(at: index)
      unsafe items.remove(at: index)
    }
  }

  /// Waits until a source is readable, `timeoutMilliseconds` at most, and names those that are, in
  /// the order in which they were added. Nothing may be ready earlier: after a change to a
  /// connection, or a signal. Zero looks without waiting.
  public func wait(timeoutMilliseconds: Int64) -> [Token] {
    precondition(timeoutMilliseconds >= 0, "a loop that waits for ever cannot be watched")
    let count = unsafe items.withUnsafeMutableBufferPointer { items in
      unsafe zmq_poll(items.baseAddress, Int32(items.count), Int(timeoutMilliseconds))
    }
    guard count > 0 else {
      precondition(count == 0 || zmq_errno() == EINTR, "polling: \(MessagingError.lastReason())")
      return []
    }
    var ready: [Token] = []
    for index in sources.indices where unsafe items[index].revents != 0 {
      if let watch = sources[index].watch {
        watch.drain()
      } else {
        ready.append(sources[index].token)
      }
    }
    return ready
  }

  /// Waits for a socket that has no watch.
  func add(_ socket: Socket) -> Token {
    let token = makeToken()
    unsafe items.append(socket.pollItem)
    sources.append(Source(token: token, owner: socket, watch: nil))
    return token
  }

  private func add(_ socket: Socket, _ watch: ConnectionWatch, owner: AnyObject) -> Token {
    let token = makeToken()
    unsafe items.append(socket.pollItem)
    sources.append(Source(token: token, owner: owner, watch: nil))
    unsafe items.append(watch.socket.pollItem)
    sources.append(Source(token: token, owner: owner, watch: watch))
    return token
  }

  private func add(descriptor: Int32, owner: AnyObject?) -> Token {
    let token = makeToken()
    unsafe items.append(
      zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    sources.append(Source(token: token, owner: owner, watch: nil))
    return token
  }

  private func makeToken() -> Token {
    defer { nextToken += 1 }
    return Token(number: nextToken)
  }
}
