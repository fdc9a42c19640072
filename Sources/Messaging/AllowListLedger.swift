import Synchronization
import Telemetry
import Threading

/// The allow-list in force and the account of what was decided by it. The authenticator's thread
/// writes, everyone may read.
final class AllowListLedger: Sendable {
  private struct State: Sendable {
    var list: AllowList
    var stamp: SafeFile.Stamp?
    var lookedAt: Moment
    var loggedAt: Moment?
    var snapshot = Authenticator.Snapshot()
  }

  private let path: String
  private let logger: Logger
  private let clock = MonotonicClock()
  private let state: Locked<State>
  /// Rises with every list that is taken over, so that who goes by it need not look into it.
  private let version = Atomic<UInt64>(1)

  init(_ path: String, _ logger: Logger) throws(MessagingError) {
    self.path = path
    self.logger = logger
    let (list, stamp) = try AllowList.read(path)
    state = Locked(State(list: list, stamp: stamp, lookedAt: clock.now))
  }

  var snapshot: Authenticator.Snapshot { state.withLock { $0.snapshot } }

  var allowList: AllowList { state.withLock { $0.list } }

  var allowListVersion: UInt64 { version.load(ordering: .acquiring) }

  /// The answer to one question.
  func decide(_ parts: [[UInt8]]) -> [[UInt8]] {
    guard let request = AuthenticationRequest(parts: parts) else {
      state.withLock { $0.snapshot.refusedMalformed += 1 }
      return [[]]
    }
    // A key that was let in just now need not wait until the list is looked at again.
    if let key = request.key, allowList.identities[key] == nil { reloadIfChanged(atOnce: true) }
    let now = clock.now
    let (identity, isNews) = state.withLock { state in
      let identity = request.key.flatMap { state.list.identities[$0] }
      if identity != nil {
        state.snapshot.accepted += 1
      } else if request.key != nil {
        state.snapshot.refusedUnlisted += 1
      } else {
        state.snapshot.refusedMalformed += 1
      }
      // A stranger that knocks all the time must not fill the log: one line a second.
      let isNews = identity == nil && state.loggedAt.map { now - $0 >= 1_000 } ?? true
      if isNews { state.loggedAt = now }
      return (identity, isNews)
    }
    if identity != nil, let key = request.key { return request.accepted(key) }
    if isNews {
      let key = request.key?.text ?? "none"
      logger.warning("key refused", ["peer": request.address, "key": key, "list": path])
    }
    return request.refused()
  }

  /// Takes over a list that changed, when the last look is long enough ago or it is wanted at once.
  func reloadIfChanged(atOnce: Bool = false) {
    let now = clock.now
    let known = state.withLock { state -> SafeFile.Stamp?? in
      guard atOnce || now - state.lookedAt >= Authenticator.reloadMilliseconds else {
        return nil
      }
      state.lookedAt = now
      return .some(state.stamp)
    }
    guard let known else { return }
    do throws(MessagingError) {
      let stamp = try SafeFile.stamp(of: path)
      guard stamp != known else { return }
      // Kept before reading: a list that fails is not read again until it changes again.
      state.withLock { $0.stamp = stamp }
      let list = try AllowList.read(path).list
      state.withLock { state in
        state.list = list
        state.snapshot.reloads += 1
        state.snapshot.reloadFailure = nil
      }
      version.wrappingAdd(1, ordering: .releasing)
      logger.info("allow-list read again", ["path": path, "keys": list.identities.count])
    } catch {
      let isNews = state.withLock { state in
        state.snapshot.failedReloads += 1
        defer { state.snapshot.reloadFailure = error }
        return state.snapshot.reloadFailure != error
      }
      if isNews { logger.error("allow-list not used, the one before stays", ["reason": error]) }
    }
  }
}
