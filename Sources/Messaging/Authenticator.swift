import CZeroMQ
public import Telemetry
import Threading

/// Decides which keys may connect to the CURVE routers of a context: those on the allow-list.
///
/// libzmq lets every key in when nobody answers its questions. Therefore a CURVE router can be made
/// only from an authenticator, which answers from before its first router is made until after its
/// last one is gone.
///
/// The allow-list is read again when its file changes. A list with a bad line is logged, counted
/// and not used; the one before stays in force. Routers go by the list in force at every message:
/// a key that was taken off has nothing more to say and hears nothing more, on whatever connection.
public final class Authenticator: Sendable {
  static let endpoint = "inproc://zeromq.zap.01"
  static let domain = "granary"
  /// How often the file is looked at. A look is one call of some microseconds, works on shared
  /// folders and with files that are replaced, and needs no watch that could overflow.
  public static let reloadMilliseconds: Int64 = 200

  /// What the authenticator decided so far.
  public struct Snapshot: Sendable, Equatable {
    /// Keys that were let in.
    public internal(set) var accepted: Int64 = 0
    /// Keys that are not on the list.
    public internal(set) var refusedUnlisted: Int64 = 0
    /// Peers that came without a CURVE key, or requests that make no sense.
    public internal(set) var refusedMalformed: Int64 = 0
    /// Times that a changed list was taken over.
    public internal(set) var reloads: Int64 = 0
    /// Times that a changed list could not be taken over.
    public internal(set) var failedReloads: Int64 = 0
    /// Why the list that is there now is not in force; nil when it is.
    public internal(set) var reloadFailure: MessagingError?

    /// All that were kept out.
    public var refused: Int64 { refusedUnlisted + refusedMalformed }
  }

  let context: Context
  private let ledger: AllowListLedger
  private let stopped: WakeUp
  private let thread: Thread

  /// Reads the allow-list and begins to answer. A context has one authenticator.
  public init(
    _ context: Context, allowListPath: String, logger: Logger = Logger("messaging")
  ) throws(MessagingError) {
    let ledger = try AllowListLedger(allowListPath, logger)
    let opened = Mailbox<MessagingError?>(limit: 1)
    do throws(ThreadingError) {
      let stopped = try WakeUp()
      thread = try Thread(name: "authenticator") {
        Self.answer(context, ledger, stopped, opened)
      }
      self.stopped = stopped
    } catch {
      throw .resources("authenticator: \(error)")
    }
    self.context = context
    self.ledger = ledger
    // The questions must have somewhere to go before anything can be asked.
    if let failure = opened.take(timeoutMilliseconds: nil).first ?? nil { throw failure }
  }

  deinit {
    stopped.signal()
    thread.join()
  }

  /// What was decided so far.
  public var snapshot: Snapshot { ledger.snapshot }

  /// The list in force.
  public var allowList: AllowList { ledger.allowList }

  /// Rises when another list comes into force.
  public var allowListVersion: UInt64 { ledger.allowListVersion }

  private static func answer(
    _ context: Context, _ ledger: AllowListLedger, _ stopped: WakeUp,
    _ opened: Mailbox<MessagingError?>
  ) {
    let socket: Socket
    do throws(MessagingError) {
      socket = try Socket(.reply, in: context, limits: .control)
      _ = try socket.bind(endpoint)
    } catch {
      _ = opened.post(error)
      return
    }
    _ = opened.post(nil)
    let poller = Poller()
    let stop = poller.add(stopped)
    let questions = poller.add(socket)
    while true {
      let ready = poller.wait(timeoutMilliseconds: reloadMilliseconds)
      if ready.contains(stop) { return }
      ledger.reloadIfChanged()
      guard ready.contains(questions) else { continue }
      while let parts = socket.receiveParts(limit: AuthenticationRequest.maximumParts) {
        // A reply socket must answer what it took, even nonsense.
        guard socket.send(parts: ledger.decide(parts)) else { break }
      }
    }
  }
}
