import Coordination
import Demand
import Packing
import WireProtocol

/// The promises that are checked once everything is over.
extension Scenario {
  func primary(of shard: Int) -> SimulatedShard? {
    guard let name = world.coordinator.machine?.primary(of: shard) else { return nil }
    return world.workers[name]?.shards[shard]
  }

  /// Every acknowledged row is at its primary, once.
  func checkRows(_ rows: [UInt64]) throws(Violation) {
    let expected = Dictionary(grouping: rows) { Int($0 % UInt64(world.shardCount)) }
    for shard in 0..<world.shardCount {
      let there = primary(of: shard)?.rows ?? [:]
      for row in expected[shard] ?? [] where there[row] != 1 {
        try broken("row \(row) of shard \(shard) is there \(there[row] ?? 0) times, not once")
      }
      if there.count != (expected[shard] ?? []).count {
        try broken("shard \(shard) has rows that nobody sent")
      }
    }
  }

  /// Every worker holds the document that the coordinator would hold after a crash.
  func checkDocument() throws(Violation) {
    guard let document = world.ledger.document else { return try broken("no document is durable") }
    for (name, worker) in world.workers.sorted(by: { $0.key < $1.key })
    where worker.machine != nil && worker.document != document {
      try broken("\(name) holds document \(worker.document.version), not \(document.version)")
    }
  }

  /// Every line of the audit that says accepted happened, or a later one says that it did not.
  func checkAudit() throws(Violation) {
    // Old runs are forgotten; their numbers rise by one.
    let lastRun = world.coordinator.records.keys.filter { $0.hasPrefix("run/") }.max() ?? ""
    for (index, entry) in world.coordinator.audit.enumerated() where entry.result == .accepted {
      let isUndone = world.coordinator.audit[index...].contains {
        $0.result == .undone && $0.run == entry.run && $0.document == entry.document
          && $0.workers == entry.workers
      }
      let happened =
        entry.workers.map { $0 <= world.coordinator.changesOfWorkers }
        ?? entry.document.map { $0 <= world.ledger.document?.version ?? 0 }
        ?? entry.run.map { "run/\(Self.padded($0))" <= lastRun } ?? false
      if !isUndone, !happened { try broken("\(entry.what): it did not happen") }
    }
  }

  private static func padded(_ run: UInt64) -> String {
    let digits = String(run, radix: 16)
    return "\(String(repeating: "0", count: 16 - digits.count))\(digits)"
  }

  /// Every SKU that was there before the run has one result, and the report is the sum of the units
  /// in their order, whoever did them.
  func checkRun(_ run: UInt64) throws(Violation) {
    let statuses = world.clients.compactMap(\.runStatus).filter { $0.run == run }
    guard let status = statuses.last, status.phase == .done else {
      return try broken("run \(run) did not end well")
    }
    var expected = UnitOutcome()
    var sum: UInt64?
    for shard in 0..<world.shardCount {
      let state = primary(of: shard) ?? SimulatedShard()
      let done = state.done[run] ?? [:]
      for row in first where Int(row % UInt64(world.shardCount)) == shard && done[row] != 1 {
        try broken("SKU \(row) was done \(done[row] ?? 0) times in run \(run)")
      }
      if let twice = done.first(where: { $0.value != 1 }) {
        try broken("SKU \(twice.key) was done \(twice.value) times in run \(run)")
      }
      var shardSum: UInt64?
      for (_, outcome) in (state.units[run] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let number = SimulatedClient.number(outcome.summary)
        shardSum = shardSum.map { $0 &* 1_000_003 &+ number } ?? number
        expected.skus += outcome.skus
        expected.quarantined += outcome.quarantined
        expected.named += outcome.named.prefix(Limits.namedQuarantine - expected.named.count)
      }
      if let shardSum { sum = sum.map { $0 &* 1_000_003 &+ shardSum } ?? shardSum }
    }
    expected.summary = SimulatedClient.bytes(sum ?? 0)
    if statuses.contains(where: { $0.outcome != expected }) {
      try broken("the report of run \(run) is not the sum of its units in order")
    }
  }
}

extension World.CoordinatorProcess {
  /// The version of the last change of what is lasting about workers.
  fileprivate var changesOfWorkers: UInt64 {
    guard let record = records["nodes"], var reader = try? ByteReader(verifyingChecksum: record),
      (try? reader.byte()) != nil
    else { return 0 }
    return (try? reader.varint()) ?? 0
  }
}
