import Demand
import WireProtocol

/// Learning the network of a run: first the sample is gathered, shard after shard, then a trainer
/// learns from it.
extension Worker {
  /// How far the learning of a network is.
  ///
  /// | phase     | becomes   | when                                                         |
  /// |-----------|-----------|--------------------------------------------------------------|
  /// | gathering | learning  | the last shard's rows came, or the sample is full            |
  /// | learning  | learned   | the trainer has a network                                    |
  /// | learned   | (over)    | the coordinator tells the run's network: it is durable       |
  /// | any       | (over)    | it cannot be done; a later run is to be taught               |
  struct Lesson: Sendable {
    enum Phase: Equatable { case gathering, learning, learned([UInt8], isUsable: Bool) }
    /// The last order: where the shards are now, and the attempt that a report names.
    var order: TeachOrder
    var phase = Phase.gathering
    /// The shard whose rows are asked for: the sample has its rows in the order of shards, so that
    /// the same network is learned wherever they are.
    var shard = 0
    var cursor: [UInt8] = []
    /// Bytes of the rows that came so far.
    var bytes = 0
    var step: UInt64 = 0
    var retryAt: Instant?
  }

  /// The attempt that needs not be ordered again; a lesson that is learned is reported again when
  /// it is ordered again.
  var attemptInHand: UInt64 {
    switch lesson?.phase {
    case .gathering, .learning: lesson?.order.attempt ?? 0
    case .learned, nil: 0
    }
  }

  mutating func take(_ order: TeachOrder) {
    guard order.places.count == shardCount else { return }
    if let known = lesson, order.run <= known.order.run {
      guard order.run == known.order.run, order.attempt >= known.order.attempt else { return }
      if order.attempt > known.order.attempt {
        // Shards have moved. What was gathered of them is as good, and so is the cursor.
        lesson?.order = order
        lesson?.step = 0
        lesson?.retryAt = nil
      }
      if case .learned(let network, let isUsable) = known.phase {
        report(.network(network, isUsable: isUsable))
      }
      return
    }
    lesson = Lesson(order: order)
    output.append(.forgetSample)
  }

  mutating func take(_ new: LearnedNetwork) {
    // The run has its network, whoever learned it.
    if let known = lesson, known.order.run <= new.run { endLesson() }
    guard new.run != network.run else { return }
    network = new
    output.append(.keepNetwork(new))
  }

  // MARK: The sample

  mutating func advanceLesson(at now: Instant) {
    guard var current = lesson, current.phase == .gathering else { return }
    if let retry = current.retryAt, now < retry { return }
    guard current.shard < current.order.places.count else {
      lesson?.phase = .learning
      return output.append(.teach(current.order))
    }
    if current.step == 0 {
      lastStep &+= 1
      current.step = lastStep
    }
    current.retryAt = now + 2_000
    lesson = current
    let place = current.order.places[current.shard]
    let request = RowsRequest(
      scope: .sample(threshold: current.order.threshold), shard: current.shard,
      epoch: place.epoch, cursor: current.cursor)
    output.append(.fetch(request, from: current.order.givers[place.giver], step: current.step))
  }

  /// Takes rows of the sample; whether they are such.
  mutating func gather(_ chunk: RowsChunk, _ step: UInt64) -> Bool {
    guard var current = lesson, current.phase == .gathering, current.step == step, step != 0,
      current.shard == chunk.shard
    else { return false }
    output.append(.gather(chunk))
    current.bytes += chunk.rows.count
    current.cursor = chunk.next ?? []
    if current.cursor.isEmpty { current.shard += 1 }
    // Whoever keeps the rows leaves out what is beyond: there is no need to ask for more.
    if current.bytes >= Sample.maximumBytes { current.shard = current.order.places.count }
    current.step = 0
    current.retryAt = nil
    lesson = current
    return true
  }

  /// Asks for the rows of a step again after a while, unless it is of no use; whether the step was
  /// one of the sample.
  mutating func sampleFailed(
    _ step: UInt64, _ reason: String, _ mayPass: Bool, at now: Instant
  ) -> Bool {
    guard let current = lesson, current.phase == .gathering, current.step == step, step != 0
    else { return false }
    let sentence = "the sample of shard \(current.shard): \(reason)"
    if mayPass {
      log(.warning, "\(sentence); asking again")
      lesson?.step = 0
      lesson?.retryAt = now + 1_000
    } else {
      failLesson(sentence, mayPass: false)
    }
    return true
  }

  // MARK: The network

  mutating func taught(_ run: UInt64, _ bytes: [UInt8], _ isUsable: Bool) {
    guard let current = lesson, current.order.run == run, current.phase == .learning else { return }
    guard !bytes.isEmpty, bytes.count <= Limits.networkBytes else {
      let reason = "its network has \(bytes.count) bytes, 1 to \(Limits.networkBytes) can be sent"
      return failLesson(reason, mayPass: false)
    }
    lesson?.phase = .learned(bytes, isUsable: isUsable)
    output.append(.forgetSample)
    report(.network(bytes, isUsable: isUsable))
  }

  mutating func teachingFailed(_ run: UInt64, _ reason: String, _ mayPass: Bool) {
    guard let current = lesson, current.order.run == run, current.phase == .learning else { return }
    failLesson(reason, mayPass: mayPass)
  }

  private mutating func failLesson(_ reason: String, mayPass: Bool) {
    log(.error, "the network of run \(lesson?.order.run ?? 0) was not learned: \(reason)")
    report(.failure(reason: reason, mayPass: mayPass))
    endLesson()
  }

  private mutating func endLesson() {
    lesson = nil
    output.append(.forgetSample)
  }

  private mutating func report(_ outcome: TeachReport.Outcome) {
    guard let order = lesson?.order else { return }
    tell(.teachReport(TeachReport(run: order.run, attempt: order.attempt, outcome: outcome)))
  }
}
