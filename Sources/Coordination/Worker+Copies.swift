import Demand
import WireProtocol

/// Copying shards, as a learner: chunk by chunk, a few shards at once, at a bounded pace.
extension Worker {
  /// How far ahead of their pace copies may be: time is told ten times a second.
  private static let aheadMicroseconds: Int64 = 100_000

  mutating func queueCopy(of shard: Int, notBefore: Instant? = nil) {
    guard copies[shard] == nil, !copyQueue.contains(where: { $0.shard == shard }) else { return }
    copyQueue.append((shard, notBefore ?? clock))
  }

  mutating func advanceCopies(at now: Instant) {
    while copies.count < ShardCopy.atOnce,
      let next = copyQueue.firstIndex(where: { entry in
        entry.notBefore <= now && !dirty.contains(entry.shard) && !dropping.contains(entry.shard)
      })
    {
      let shard = copyQueue.remove(at: next).shard
      guard let log = followed[shard], log.phase == .copying else { continue }
      lastStep &+= 1
      copies[shard] = ShardCopy(
        shard: shard, epoch: log.epoch, giver: log.primary, session: lastStep, step: lastStep)
    }
    guard !copies.isEmpty else { return }
    for (shard, var copy) in inOrder(copies) where copy.phase == .fetching {
      if let retry = copy.retryAt, now < retry { continue }
      guard copy.asked < ShardCopy.questions else {
        copyFailed(shard, "\(copy.giver.node) does not answer", at: now)
        continue
      }
      guard copiedUntilMicroseconds <= now.milliseconds * 1_000 + Self.aheadMicroseconds
      else { return }
      copy.asked += 1
      copy.retryAt = now + ShardCopy.answerMilliseconds
      copies[shard] = copy
      let request = RowsRequest(
        scope: .copy(session: copy.session), shard: shard, epoch: copy.epoch, cursor: copy.cursor)
      output.append(.fetch(request, from: copy.giver, step: copy.step))
    }
  }

  mutating func take(_ answer: RowsChunk, _ step: UInt64, at now: Instant) {
    // There is nothing behind an empty cursor.
    var chunk = answer
    if chunk.next?.isEmpty == true { chunk.next = nil }
    guard var copy = copies[chunk.shard], copy.step == step, copy.phase == .fetching
    else { return }
    copy.phase = .importing
    copy.cursor = chunk.next ?? []
    copies[chunk.shard] = copy
    let begin = max(copiedUntilMicroseconds, now.milliseconds * 1_000)
    copiedUntilMicroseconds =
      begin + Int64(chunk.rows.count) * 1_000_000 / Int64(start.copyBytesPerSecond)
    importing[step] = chunk.shard
    writes[chunk.shard, default: 0] += 1
    output.append(.importRows(chunk, epoch: copy.epoch, step: step))
  }

  mutating func imported(_ step: UInt64, _ position: LogPosition?) {
    guard let shard = importing.removeValue(forKey: step) else { return }
    endWrite(to: shard)
    guard var copy = copies[shard], copy.step == step else { return }
    guard copy.cursor.isEmpty else {
      lastStep &+= 1
      copy.step = lastStep
      copy.phase = .fetching
      copy.asked = 0
      copy.retryAt = nil
      copies[shard] = copy
      return
    }
    copies[shard] = nil
    kept[shard] = copy.epoch
    positions[shard] = position ?? .start
    damage[shard] = nil
    followed[shard]?.begin(at: position ?? .start, isWhole: true)
    noteReadable(shard)
    toAnswer.insert(shard)
  }

  /// A step of a copy could not be done.
  mutating func copyStepFailed(_ step: UInt64, _ reason: String, at now: Instant) {
    if let shard = importing.removeValue(forKey: step) { endWrite(to: shard) }
    guard let shard = copies.first(where: { $0.value.step == step })?.key else { return }
    copyFailed(shard, reason, at: now)
  }

  /// Begins a copy anew after a rest: what was stored of it may be incomplete.
  private mutating func copyFailed(_ shard: Int, _ reason: String, at now: Instant) {
    log(.warning, "copy of shard \(shard): \(reason); starting over")
    copies[shard] = nil
    dirty.insert(shard)
    unsettled.insert(shard)
    mustSettle = true
    queueCopy(of: shard, notBefore: now + ShardCopy.restMilliseconds)
  }
}
