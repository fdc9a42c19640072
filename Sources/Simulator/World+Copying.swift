import Coordination
import Demand
import Packing
import WireProtocol

/// How whole shards go from one worker to another, and rows of the sample.
extension World {
  /// The most bytes of a chunk of a copy, and the most snapshots that a worker holds.
  private static let chunkBytes = 600, heldSnapshots = 4

  func read(_ frame: Frame, _ ticket: Worker.Ticket, on name: NodeName) {
    guard case .rowsRequest(let request) = frame.message else { return }
    func answer(_ message: Message) {
      send(
        Frame(request: ticket.request, message), from: .worker(name), to: endpoint(ticket.address))
    }
    // It is repaired from another copy, or answered by it, after a while.
    guard let state = workers[name]?.shards[request.shard], !findDamage(of: request.shard, on: name)
    else { return answer(.refusal(Refusal(.busy, "shard \(request.shard) cannot be read"))) }
    switch request.scope {
    case .sample(let threshold): answer(.rows(state.sample(threshold, request)))
    case .copy(let session):
      guard let bytes = snapshot(request, session, ticket.address, of: state, on: name) else {
        return answer(.refusal(Refusal(.stale, "copy \(session) is not held any more")))
      }
      let first = Int(SimulatedClient.number(request.cursor))
      let last = min(bytes.count, first + Self.chunkBytes)
      let next = last < bytes.count ? SimulatedClient.bytes(UInt64(last)) : nil
      let piece = first < last ? Array(bytes[first..<last]) : []
      answer(.rows(RowsChunk(shard: request.shard, rows: piece, next: next)))
    case .table(.quarantine):
      checkRead(request, on: name)
      let rows = SimulatedShard.payload(state.quarantine.keys.sorted())
      answer(.rows(RowsChunk(shard: request.shard, rows: rows, next: nil)))
    default: answer(.refusal(Refusal(.malformed, "nobody reads \(request.scope) here")))
    }
  }

  /// What is held for a copy; the question without a cursor takes it.
  private func snapshot(
    _ request: RowsRequest, _ session: UInt64, _ asker: Address, of state: SimulatedShard,
    on name: NodeName
  ) -> [UInt8]? {
    guard let process = workers[name] else { return nil }
    let known = process.snapshots.firstIndex {
      $0.asker == asker && $0.session == session && $0.shard == request.shard
    }
    if let known { return process.snapshots[known].bytes }
    guard request.cursor.isEmpty else { return nil }
    coverage.note(.copyBegun)
    process.snapshots.append(
      Snapshot(asker: asker, session: session, shard: request.shard, bytes: state.packed()))
    if process.snapshots.count > Self.heldSnapshots { process.snapshots.removeFirst() }
    return process.snapshots.last?.bytes
  }

  func importRows(_ chunk: RowsChunk, _ epoch: UInt64, _ step: UInt64, on name: NodeName) {
    let failure = Worker.Event.stepFailed(step: step, reason: "the disk is full", mayPass: true)
    write(name, orElse: { failure }) { [self] in
      var copy = workers[name]?.shards[chunk.shard] ?? SimulatedShard()
      if copy.epoch != nil {
        violate("\(name) copies over the data that it has of shard \(chunk.shard)")
      }
      copy.pieces += chunk.rows
      if chunk.next == nil {
        do {
          copy = try SimulatedShard(packed: copy.pieces)
          copy.epoch = epoch
          coverage.note(.copyDone)
        } catch { violate("the copy of shard \(chunk.shard) on \(name) is damaged: \(error)") }
      }
      workers[name]?.disk.shards[chunk.shard] = copy
      return [.imported(step: step, position: chunk.next == nil ? copy.position : nil)]
    }
  }
}
