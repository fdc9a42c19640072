internal import Glibc
internal import Synchronization

/// Trainer processes behind one synchronous call.
///
/// `process` may be called from as many threads as there are seats; further callers wait for a
/// seat. A seat's trainer is started when it is first needed, reused from unit to unit and replaced
/// when it is lost. The kernel ends a trainer together with the thread that started it, so call
/// from threads that last: otherwise trainers are replaced more often than needed.
public final class TrainerCrew: Sendable {
  /// The pause before a trainer is started again after it could not be started.
  private static let pauseMilliseconds = 100

  private final class Seat: Sendable {
    let trainer = Mutex<TrainerChild?>(nil)
  }

  private let settings: TrainerSettings
  private let report: @Sendable (TrainerEvent) -> Void
  private let seats: [Seat]
  private let free: Mutex<[Int]>
  private let vacancies: Wakeup
  private let cancelled: Wakeup

  /// A crew of at most `seats` trainers; `report` hears what happens to them, on the thread that
  /// calls `process`. It may call `cancel` and nothing else of the crew.
  public init(
    settings: TrainerSettings, seats: Int = 1,
    report: @escaping @Sendable (TrainerEvent) -> Void = { _ in }
  ) throws(TrainerError) {
    precondition(seats > 0, "a crew needs a seat")
    self.settings = settings
    self.report = report
    self.seats = (0..<seats).map { _ in Seat() }
    free = Mutex(Array((0..<seats).reversed()))
    vacancies = try Wakeup(count: seats, semaphore: true)
    cancelled = try Wakeup()
  }

  /// Does a unit's work and gives one outcome for each of its items, in their order.
  public func process(_ unit: TrainingUnit) throws(TrainerError) -> [ItemOutcome] {
    try check("items", unit.items.count, TrainingUnit.maximumItems)
    try check("bytes of the settings", unit.settings.count, TrainingUnit.largestItemBytes)
    let seat = try takeSeat()
    defer {
      free.withLock { $0.append(seat) }
      vacancies.signal()
    }
    let outcomes = try seats[seat].trainer.withLock { trainer throws(TrainerError) in
      try run(unit, &trainer)
    }
    for (item, outcome) in zip(unit.items, outcomes) {
      if case .failed(let reason) = outcome { report(.failed(name: item.name, reason: reason)) }
    }
    return outcomes
  }

  /// Ends all calls of `process`, also those to come, with `TrainerError.cancelled`.
  public func cancel() { cancelled.signal() }

  /// Ends the trainers that have nothing to do; the next units start new ones.
  public func dismissIdle() {
    for seat in seats { seat.trainer.withLockIfAvailable { $0 = nil } }
  }

  private func check(_ what: String, _ value: Int, _ limit: Int) throws(TrainerError) {
    if value > limit { throw .unitTooLarge(what: what, value: value, limit: limit) }
  }

  private func takeSeat() throws(TrainerError) -> Int {
    while true {
      let ready = Poll.wait(
        [(cancelled.descriptor, POLLIN), (vacancies.descriptor, POLLIN)], milliseconds: nil)
      if ready[0] != 0 { throw .cancelled }
      if ready[1] != 0, vacancies.take(), let seat = free.withLock({ $0.popLast() }) { return seat }
    }
  }

  private func run(
    _ unit: TrainingUnit, _ trainer: inout TrainerChild?
  ) throws(TrainerError) -> [ItemOutcome] {
    var plan = UnitPlan(unit)
    var attempts = 0
    if trainer?.isRunning == false { trainer = nil }
    while !plan.isFinished {
      if trainer == nil { trainer = try start(&attempts) }
      guard let current = trainer else { continue }
      let ending = current.work(on: unit, plan: &plan, cancelled: cancelled) { index in
        report(.cleared(name: unit.items[index].name))
      }
      switch ending {
      case .finished: break
      case .cancelled:
        trainer = nil
        throw .cancelled
      case .lost(let loss):
        trainer = nil
        try settle(loss, of: current, unit, &plan, &attempts)
      }
    }
    return plan.allOutcomes
  }

  /// Starts a trainer; nil when that did not work but may be tried again.
  private func start(_ attempts: inout Int) throws(TrainerError) -> TrainerChild? {
    do {
      let trainer = try TrainerChild(settings)
      report(.started(processID: trainer.processID))
      return trainer
    } catch {
      report(.startFailed(reason: error.reason))
      try count(&attempts, error.reason)
      let ready = Poll.wait(
        [(cancelled.descriptor, POLLIN)], milliseconds: Self.pauseMilliseconds * attempts)
      if ready[0] != 0 { throw .cancelled }
      return nil
    }
  }

  /// Draws the conclusions from a loss.
  private func settle(
    _ loss: TrainerChild.Loss, of trainer: TrainerChild, _ unit: TrainingUnit,
    _ plan: inout UnitPlan, _ attempts: inout Int
  ) throws(TrainerError) {
    let verdict = plan.lose(atWork: loss.atWork, reason: loss.reason)
    let suspects: Range<Int> =
      switch verdict {
      case .nobody: 0..<0
      case .suspects(let group): group
      case .again(let index), .guilty(let index): index..<(index + 1)
      }
    report(
      .lost(
        processID: trainer.processID, reason: loss.reason,
        suspects: suspects.map { unit.items[$0].name }, begun: loss.begun))
    if verdict != .nobody || trainer.hasProgressed { attempts = 0 }
    if verdict == .nobody { try count(&attempts, loss.reason.description) }
  }

  private func count(_ attempts: inout Int, _ reason: String) throws(TrainerError) {
    attempts += 1
    if attempts >= settings.startAttempts {
      throw .noTrainer(
        executable: settings.executable, attempts: attempts, lastReason: reason)
    }
  }
}
