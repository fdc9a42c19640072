public import Demand
public import Storage

/// The one writer of a worker's database: it owns the data folder, and every change goes through
/// it.
///
/// Used from one thread. Readers (`ShardReader`) stand beside it, each on a thread of its own.
public final class ShardWriter {
  /// The number of shards, fixed when the data was created.
  public let shardCount: Int
  /// The number of the last commit.
  public private(set) var commitNumber: UInt64

  let connection: Connection
  private let lock: FileLock
  private let mark: AcknowledgedMark
  var known = KnownSKUs()
  /// The states of the shards as they are in the open transaction, or else in the database.
  var states: [Int: ShardState] = [:]
  var changedStates: Set<Int> = []
  /// Why nothing is written any more, once an fsync has failed.
  private var failedSync: StorageError?
  /// What the open transaction, or else the last commit, added to logs.
  private var logged: [(shard: Int, entry: LogEntry)] = []

  /// Opens the data in `folder`, which exists, and makes it where there is none.
  ///
  /// Refused are a second process, a newer schema, another shard count, and data that lost
  /// acknowledged commits unless `acceptLoss`.
  public init(
    folder: String, shardCount: Int, acceptLoss: Bool = false
  ) throws(StorageError) {
    lock = try FileLock("\(folder)/granary.lock")
    try DamagedData.finish(in: folder)
    var limits = Connection.Limits()
    limits.pageBytes = Schema.pageBytes
    limits.checkpointBytes = ShardStoreLimits.checkpointBytes
    connection = try Connection(ShardReader.path(folder), .readWrite, limits: limits)
    try connection.migrate(Schema.migrations)
    try Self.fixShardCount(shardCount, in: connection)
    self.shardCount = shardCount
    commitNumber = UInt64(bitPattern: try connection.meta("commit") ?? 0)
    mark = try AcknowledgedMark(
      "\(folder)/granary.mark", found: commitNumber, acceptLoss: acceptLoss)
  }

  private static func fixShardCount(
    _ count: Int, in connection: Connection
  ) throws(StorageError) {
    guard let stored = try connection.meta("shards") else {
      return try connection.setMeta("shards", Int64(count))
    }
    guard stored == count else {
      throw StorageError(
        path: connection.path,
        kind: .settingDiffers(name: "shard count", stored: stored, given: Int64(count)))
    }
  }

  /// Does all of `work` in one durable transaction, in order, and says what became of each.
  ///
  /// A write that means nothing is left out alone. An error of the database rolls back the whole
  /// group and is the outcome of each write in it; the writer goes on with the next group.
  ///
  /// After a failed fsync the pages that were being written may be gone from memory without being
  /// on the disk, and a later fsync would say nothing of them. So from then on every group fails,
  /// until the database is opened again and its WAL read from the disk.
  public func commit(_ work: [Write]) -> [WriteOutcome] {
    if let failedSync { return work.map { _ in .failed(failedSync) } }
    logged.removeAll()
    let before = commitNumber
    do {
      let outcomes = try connection.transaction { () throws(StorageError) in
        let changes = connection.totalChanges
        var outcomes: [WriteOutcome] = []
        outcomes.reserveCapacity(work.count)
        for write in work { outcomes.append(try outcome(of: write)) }
        try storeStates()
        guard connection.totalChanges != changes else { return outcomes }
        commitNumber = before + 1
        try connection.setMeta("commit", Int64(bitPattern: commitNumber))
        return outcomes
      }
      if commitNumber != before { try mark.record(commitNumber) }
      return outcomes
    } catch {
      if error.kind == .syncFailed { failedSync = error }
      forgetUncommitted(after: before)
      return work.map { _ in .failed(error) }
    }
  }

  /// Does one thing in a transaction of its own.
  public func commit(_ write: Write) -> WriteOutcome { commit([write])[0] }

  /// What the last commit added to the logs of shards, in order. It is durable, also where a write
  /// is said to have failed because the mark could not be written after it.
  public func takeLogged() -> [(shard: Int, entries: [LogEntry])] {
    var places: [Int: Int] = [:]
    var taken: [(shard: Int, entries: [LogEntry])] = []
    for (shard, entry) in logged {
      if let place = places[shard] {
        taken[place].entries.append(entry)
      } else {
        places[shard] = taken.count
        taken.append((shard, [entry]))
      }
    }
    logged.removeAll()
    return taken
  }

  /// How far the log of a shard is.
  public func position(of shard: Int) throws(StorageError) -> LogPosition {
    if let state = states[shard] { return state.position }
    return try connection.state(shard)?.position ?? .start
  }

  /// Copies the WAL back into the database as far as readers allow.
  public func checkpoint() throws(StorageError) {
    if let failedSync { throw failedSync }
    do { try connection.checkpoint() } catch {
      if error.kind == .syncFailed { failedSync = error }
      throw error
    }
  }

  private func forgetUncommitted(after number: UInt64) {
    states.removeAll()
    changedStates.removeAll()
    known.forgetAll()
    // A commit that went through while the mark did not counts; one that was rolled back does not.
    if let stored = try? connection.meta("commit") { commitNumber = UInt64(bitPattern: stored) }
    if commitNumber == number { logged.removeAll() }
  }

  private func outcome(of write: Write) throws(StorageError) -> WriteOutcome {
    do {
      switch write {
      case .batch(let batch, let table, let payload):
        return try logging(.batch(batch, table, payload: payload), batch.shard)
      case .epoch(let shard, let epoch): return try raiseEpoch(shard, epoch)
      case .term(let term): return try note(term: term)
      case .unit(let unit): return try logging(.unit(unit), unit.shard)
      case .follow(let shard, let position, let entry):
        return try follow(shard, after: position, entry)
      case .fold(let plan): return try fold(plan)
      case .dropShard(let shard): return try drop(shard)
      case .quarantine(let update, let shard):
        return try logging(.quarantine(update, shard: shard), shard)
      case .chunk(let bytes, let shard): return try store(chunk: bytes, shard)
      }
    } catch {
      // Damage is found before the write changes anything, and stays with the write that met it.
      if case .damagedRow = error.kind { return .failed(error) }
      throw error
    }
  }

  private func raiseEpoch(_ shard: Int, _ epoch: UInt64) throws(StorageError) -> WriteOutcome {
    let current = try connection.epoch(shard)
    guard epoch >= current else { return .epoch(current, isAccepted: false) }
    if epoch > current { try store(epoch: epoch, shard) }
    return .epoch(epoch, isAccepted: true)
  }

  private func note(term: UInt64) throws(StorageError) -> WriteOutcome {
    guard term > UInt64(try connection.meta("term") ?? 0) else { return .done }
    try connection.statement("INSERT OR REPLACE INTO meta VALUES ('term', ?)")
      .bind(Int64(clamping: term)).run()
    return .done
  }

  private func fold(_ plan: FoldPlan) throws(StorageError) -> WriteOutcome {
    var state = try state(plan.shard)
    guard state.generation == plan.generation else { return .staleFold }
    try changeSum(of: SKUTable.series.shape, plan.shard) { $0.remove(plan.replaced) }
    for row in plan.series { try put(row, in: .series, plan.shard, isNew: true) }
    try delete(from: .batch, plan.shard, where: "ordinal <= ?", plan.lastOrdinal)
    state.tailBytes -= plan.byteCount
    state.tailRows -= plan.rowCount
    state.generation = try nextGeneration()
    set(state, plan.shard)
    return .done
  }

  private func drop(_ shard: Int) throws(StorageError) -> WriteOutcome {
    // The epoch goes too: a shard that has one is held, and a copy that is made next is not yet.
    for table in TableShape.all {
      try connection.statement("DELETE FROM \(table.name) WHERE shard = ?").bind(shard).run()
    }
    known.forget(shard)
    states[shard] = nil
    changedStates.remove(shard)
    return .done
  }
}

/// What the kinds of writes share.
extension ShardWriter {
  /// The state of a shard in the open transaction.
  func state(_ shard: Int) throws(StorageError) -> ShardState {
    if let state = states[shard] { return state }
    var state = try connection.state(shard)
    if state == nil {
      state = ShardState()
      state?.generation = try nextGeneration()
    }
    let found = state ?? ShardState()
    states[shard] = found
    return found
  }

  /// Changes the state of a shard, all but the sums of its tables; it is stored at the end of the
  /// group.
  func set(_ state: ShardState, _ shard: Int) {
    var state = state
    if let current = states[shard] { state.sums = current.sums }
    replace(with: state, shard)
  }

  /// Changes the state of a shard and the sums in it.
  func replace(with state: ShardState, _ shard: Int) {
    states[shard] = state
    changedStates.insert(shard)
  }

  /// Whether a shard has a state, stored or about to be.
  func hasState(_ shard: Int) throws(StorageError) -> Bool {
    if changedStates.contains(shard) { return true }
    return try connection.state(shard) != nil
  }

  /// Notes an entry that the open transaction adds to a log.
  func note(_ entry: LogEntry, _ shard: Int) { logged.append((shard, entry)) }

  /// A number that no shard of this database ever had as its generation.
  func nextGeneration() throws(StorageError) -> Int64 {
    let next = (try connection.meta("generation") ?? 0) + 1
    try connection.setMeta("generation", next)
    return next
  }

  func store(epoch: UInt64, _ shard: Int) throws(StorageError) {
    let bytes = unsafe withUnsafeBytes(of: epoch.littleEndian) { unsafe Array($0) }
    try connection.statement("INSERT OR REPLACE INTO epoch VALUES (?, ?)")
      .bind(shard, TableShape.epoch.seal(shard).close(bytes)).run()
  }

  private func storeStates() throws(StorageError) {
    for shard in changedStates.sorted() {
      guard let state = states[shard] else { continue }
      try connection.statement("INSERT OR REPLACE INTO state VALUES (?, ?)")
        .bind(shard, TableShape.state.seal(shard).close(state.packed())).run()
    }
    changedStates.removeAll()
  }
}
