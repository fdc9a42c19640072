import Synchronization
import Threading

/// What is seen of a cluster from outside while a run goes on: how it says that it is, and how long
/// reads take. Written by the threads that look, read by the one that hurts.
final class Observations: Sendable {
  /// A read that takes longer is a gap.
  static let gapMilliseconds: Int64 = 250
  /// How long all must have been well to count as well.
  static let calmMilliseconds: Int64 = 500

  /// A time in which something was not served.
  struct Gap: Equatable, Sendable {
    var start: Moment
    var end: Moment
    /// The SKU whose read waited; nothing where the status did not come, or named shards that are
    /// not served.
    var sku: String?
  }

  private struct Read {
    var sku: String
    var start: Moment
  }

  private struct State {
    /// The last status, when it came, and since when it has not been well.
    var status: SeenStatus?
    var statusAt: Moment?
    var statusBadSince: Moment?
    var statusGaps: [Gap] = []
    /// What the status of several coordinators said, each time.
    var samples: [LeaderSample] = []
    /// Since when the reads that are under way are, by who reads.
    var readsOpen: [Int: Read] = [:]
    var readGaps: [Gap] = []
    var latencies: [Int64] = []
    var lastFailure = ""
    var wrongReads = 0
    var wrongSKUs: Set<String> = []
    var values: Set<UInt64> = []
  }

  private let state = Mutex(State())
  private let clock = MonotonicClock()

  // MARK: Written by those who look

  /// Takes a status; nothing where none came.
  func take(_ status: SeenStatus?, askedAt: Moment) {
    let now = clock.now
    state.withLock { state in
      if let status {
        (state.status, state.statusAt) = (status, now)
        if status.coordinators != nil { state.samples.append(LeaderSample(status, at: now)) }
      }
      guard status?.servesAll ?? false else {
        state.statusBadSince = state.statusBadSince ?? askedAt
        return
      }
      if let start = state.statusBadSince { state.statusGaps.append(Gap(start: start, end: now)) }
      state.statusBadSince = nil
    }
  }

  /// A read begins.
  func beginRead(_ reader: Int, of sku: String) {
    let now = clock.now
    state.withLock { $0.readsOpen[reader] = Read(sku: sku, start: now) }
  }

  /// A read has its answer, with these hashes of values.
  func endRead(_ reader: Int, values: [UInt64]) {
    let now = clock.now
    state.withLock { state in
      state.values.formUnion(values)
      guard let read = state.readsOpen.removeValue(forKey: reader) else { return }
      state.latencies.append(now - read.start)
      guard now - read.start > Self.gapMilliseconds else { return }
      state.readGaps.append(Gap(start: read.start, end: now, sku: read.sku))
    }
  }

  /// A read failed, and is asked again.
  func failRead(_ reason: String) { state.withLock { $0.lastFailure = reason } }

  /// A read of a SKU gave what it must not give.
  func complain(of sku: String) {
    state.withLock { state in
      state.wrongReads += 1
      state.wrongSKUs.insert(sku)
    }
  }

  // MARK: Read by those who judge

  /// What the status of several coordinators said so far.
  var samples: [LeaderSample] { state.withLock { $0.samples } }

  /// The last status.
  var status: SeenStatus? { state.withLock { $0.status } }

  /// Whether every shard was served, and every read answered at once, for a while now.
  var isCalm: Bool {
    let now = clock.now
    return state.withLock { state in
      guard state.statusBadSince == nil, let at = state.statusAt,
        now - at < Self.gapMilliseconds * 4
      else { return false }
      let isReading = state.readsOpen.values.allSatisfy { now - $0.start <= Self.gapMilliseconds }
      let last = (state.statusGaps + state.readGaps).map(\.end).max()
      return isReading && last.map { now - $0 >= Self.calmMilliseconds } ?? true
    }
  }

  /// The gaps there were; those that are not over yet reach until now.
  var gaps: [Gap] {
    let now = clock.now
    return state.withLock { state in
      let reads = state.readsOpen.values.filter { now - $0.start > Self.gapMilliseconds }
      return state.statusGaps + state.readGaps
        + reads.map { Gap(start: $0.start, end: now, sku: $0.sku) }
        + [state.statusBadSince].compactMap(\.self).map { Gap(start: $0, end: now) }
    }
  }

  /// Every value that a read has given.
  var values: Set<UInt64> { state.withLock { $0.values } }

  /// Why the last read failed that did.
  var lastFailure: String { state.withLock { $0.lastFailure } }

  /// What reads gave that they must not give, in words.
  var complaint: String? {
    state.withLock { state in
      guard let first = state.wrongSKUs.min() else { return nil }
      return "\(state.wrongReads) reads of \(state.wrongSKUs.count) SKUs, such as \(first), gave "
        + "forecasts that an undisturbed run never has"
    }
  }

  /// How long each read took, in milliseconds.
  var latencies: [Int64] { state.withLock { $0.latencies } }

  /// How long it took from a moment on until everything was served again for good, as far as gaps
  /// go that were felt before another moment: a read that was under way when the next fault began
  /// is that one's.
  static func recovery(from start: Moment, before horizon: Moment, _ gaps: [Gap]) -> Int64 {
    gaps.filter { $0.start + gapMilliseconds < horizon && $0.end > start }.map { $0.end - start }
      .max() ?? 0
  }
}
