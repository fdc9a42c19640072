import Coordination
import WireProtocol

/// Where copies must be once everything is calm.
extension Scenario {
  /// What is not yet as it must be, or nothing.
  var unsettled: String? {
    guard let machine = world.coordinator.machine else { return "there is no coordinator" }
    if machine.isAuditing { return "lines of the audit wait" }
    if machine.moves > 0 { return "\(machine.moves) copies are made or moved" }
    if machine.servedShards < world.shardCount { return "not every shard is served" }
    if world.wound != nil { return "what was lost is not made good" }
    for (name, worker) in world.workers.sorted(by: { $0.key < $1.key }) where worker.machine != nil
    {
      if worker.document != machine.document { return "\(name) has another document" }
      if !worker.loaded.isEmpty { return "\(name) keeps what it loaded" }
    }
    return missingCopy()
  }

  /// Which shard has not as many copies as it is to have, or more, or data beside them.
  private func missingCopy() -> String? {
    let serving = world.servingWorkers
    let places = world.workers.filter { serving.contains($0.key) }
    let hosts = Set(places.values.map(\.host)).count
    let most = hosts > 1 ? hosts : places.count
    let wanted = min(world.start.replication, most)
    guard let placement = world.ledger.placement else { return "there is no placement" }
    for (shard, assignment) in placement.assignments.enumerated() {
      if assignment.copies.count != wanted {
        return "shard \(shard) has \(assignment.copies.count) copies, not \(wanted)"
      }
      let away = assignment.copies.first { places[$0] == nil }
      if let away, !places.isEmpty { return "shard \(shard) has a copy on \(away)" }
      let named = Set(assignment.copies)
      for (name, worker) in places where worker.shards[shard] != nil && !named.contains(name) {
        return "\(name) keeps shard \(shard), which it is not to have"
      }
    }
    return nil
  }

  /// Copies are the same everywhere.
  func checkPlaces() throws(Violation) {
    guard let placement = world.ledger.placement else { return try broken("no placement") }
    for (shard, assignment) in placement.assignments.enumerated() {
      guard let primary = assignment.primary, let mine = world.workers[primary]?.shards[shard]
      else { continue }
      for name in assignment.replicas {
        guard let copy = world.workers[name]?.shards[shard] else {
          return try broken("\(name) has no copy of shard \(shard)")
        }
        if !copy.hasContent(of: mine) {
          try broken("the copies of shard \(shard) on \(primary) and \(name) differ")
        }
      }
    }
  }
}
