internal import Glibc
internal import Packing
internal import Threading

/// One trainer process and the channel to it. Belongs to one thread at a time.
///
/// The channel is a pair of sockets and not two pipes, because writing into a pipe whose reader has
/// died raises SIGPIPE, and a library does not change its host's signals.
final class TrainerChild {
  /// Why there is no trainer.
  struct StartFailure: Error {
    let reason: String
  }

  /// How a trainer was lost.
  struct Loss {
    let reason: ItemFailure
    /// Whether a group was at work.
    let atWork: Bool
    /// How many items of that group were begun.
    let begun: Int
  }

  enum Ending {
    case finished
    case cancelled
    case lost(Loss)
  }

  /// Frames are encoded ahead of the trainer's reading up to this size.
  private static let outgoingBytes = 256 << 10

  /// Bytes read at once.
  private static let incomingBytes = 256 << 10

  /// The time between the end of a trainer's output and its exit, and between the end of its input
  /// and its exit when it has nothing to do.
  private static let exitMilliseconds = 1_000

  private let settings: TrainerSettings
  private let process: ChildProcess
  private let channel: Int32
  private let breadcrumb: Breadcrumb

  private var isReady = false
  private var incoming = FrameBuffer()
  private var scratch = [UInt8](repeating: 0, count: incomingBytes)
  private var outgoing: [UInt8] = []
  private var sentBytes = 0
  private var known: (kind: UInt8, settings: [UInt8])?
  /// The items of a group that are not encoded yet.
  private var unsent = 0..<0
  private var nextSerial: UInt64 = 1
  private var oldestSerial: UInt64 = 1
  /// When the oldest group began at the latest: the trainer's start or readiness, the unit's start
  /// or the end of the group before.
  private var mark = ContinuousClock.now
  /// Whether a group was completed since this unit of work began.
  private(set) var hasProgressed = false

  /// Starts a trainer; whether it works shows later.
  init(_ settings: TrainerSettings) throws(StartFailure) {
    guard let breadcrumb = Breadcrumb() else {
      throw StartFailure(reason: "no shared memory (error \(errno))")
    }
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw StartFailure(reason: "no pair of sockets (error \(errno))")
    }
    defer { close(ends[1]) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)

    var command = ChildProcess.Command(
      executable: settings.executable, name: "granary",
      arguments: settings.arguments
        + TrainerArguments(parent: getpid(), memoryBytes: settings.memoryBytes).words)
    // Swift would spend seconds on a backtrace for every trap.
    command.environment["SWIFT_BACKTRACE"] = "enable=no"
    command.environment.merge(settings.environment) { $1 }
    command.descriptors = [
      TrainerArguments.channel: ends[1], TrainerArguments.breadcrumb: breadcrumb.descriptor,
    ]
    command.standardError = settings.log
    command.standardOutput = settings.log == .inherit ? .descriptor(STDERR_FILENO) : settings.log
    command.ownProcessGroup = true
    do {
      process = try ChildProcess(command)
    } catch {
      close(ends[0])
      throw StartFailure(reason: error.description)
    }
    self.breadcrumb = breadcrumb
    self.settings = settings
    channel = ends[0]
  }

  deinit {
    close(channel)
    _ = process.wait(timeoutMilliseconds: Self.exitMilliseconds)
  }

  var processID: Int32 { process.processID }

  var isRunning: Bool { process.isRunning }

  /// Works until the plan is finished, the trainer is lost or the crew is cancelled. Calls
  /// `cleared` with each item that was run alone and did its work. After any ending but `finished`
  /// the trainer is dead.
  func work(
    on unit: TrainingUnit, plan: inout UnitPlan, cancelled: Wakeup, cleared: (Int) -> Void
  ) -> Ending {
    hasProgressed = false
    if isReady { mark = .now }
    if known?.kind != unit.kind || known?.settings != unit.settings {
      known = (unit.kind, unit.settings)
      Frame.unit(kind: unit.kind, settings: unit.settings).append(to: &outgoing)
    }
    while !plan.isFinished {
      encode(unit, &plan)
      let writing = sentBytes < outgoing.count ? POLLOUT : 0
      let ready = Poll.wait(
        [
          (channel, POLLIN | writing), (process.exitDescriptor, POLLIN),
          (cancelled.descriptor, POLLIN),
        ], milliseconds: millisecondsLeft(plan))
      if ready[2] != 0 {
        process.kill(SIGKILL)
        return .cancelled
      }
      if ready[0] & POLLOUT != 0 { send() }
      // What has arrived counts before what has ended and what is late.
      switch receive(&plan, cleared: cleared) {
      case .open where ready[1] != 0: return .lost(lossByExit(plan))
      case .open: if millisecondsLeft(plan) == 0 { return .lost(lossByDeadline(plan)) }
      case .ended: return .lost(lossByExit(plan))
      case .nonsense(let what): return .lost(loss(plan, .protocolViolation(what)))
      }
    }
    return .finished
  }

  // MARK: Time

  private func millisecondsLeft(_ plan: UnitPlan) -> Int {
    let allowed =
      isReady ? settings.itemSeconds * Double(plan.oldest?.count ?? 1) : settings.startSeconds
    let elapsed = (ContinuousClock.now - mark).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    let left = (allowed - seconds) * 1_000
    // Also right for settings that are infinite or not a number: those never end.
    return left < 1e9 ? max(0, Int(left.rounded(.up))) : 1_000_000_000
  }

  // MARK: Out

  private func encode(_ unit: TrainingUnit, _ plan: inout UnitPlan) {
    if sentBytes == outgoing.count {
      outgoing.removeAll(keepingCapacity: outgoing.capacity <= 2 * Self.outgoingBytes)
      sentBytes = 0
    }
    while outgoing.count < Self.outgoingBytes {
      if unsent.isEmpty {
        guard let group = plan.takeGroup() else { return }
        unsent = group
        Frame.group(serial: nextSerial, first: group.lowerBound, count: group.count)
          .append(to: &outgoing)
        nextSerial += 1
      }
      Frame.item(unit.items[unsent.removeFirst()]).append(to: &outgoing)
    }
  }

  private func send() {
    let sent = unsafe outgoing.withUnsafeBytes { bytes in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sentBytes...])
      return unsafe Glibc.send(channel, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
    }
    // An error here is a trainer that has ended, which shows when reading.
    if sent > 0 { sentBytes += sent }
  }

  // MARK: In

  private enum Reception {
    case open, ended, nonsense(String)
  }

  /// Takes all that has arrived.
  private func receive(_ plan: inout UnitPlan, cleared: (Int) -> Void) -> Reception {
    while !plan.isFinished {
      let count = unsafe scratch.withUnsafeMutableBytes { bytes in
        unsafe recv(channel, bytes.baseAddress, bytes.count, 0)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return .open }
      if count <= 0 { return .ended }
      unsafe scratch.withUnsafeBytes { bytes in
        unsafe incoming.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
      do {
        while let frame = try incoming.next() {
          guard take(frame, &plan, cleared: cleared) else {
            return .nonsense("an answer out of turn")
          }
        }
      } catch {
        return .nonsense(error.description)
      }
    }
    return .open
  }

  /// Takes a frame, unless it makes no sense now.
  private func take(_ frame: Frame, _ plan: inout UnitPlan, cleared: (Int) -> Void) -> Bool {
    let outcome: ItemOutcome
    let index: Int
    switch frame {
    case .hello(let version) where !isReady && version == Frame.version:
      isReady = true
      mark = .now
      return true
    case .result(oldestSerial, let item, let bytes) where isReady:
      (index, outcome) = (item, .result(bytes))
    case .oversized(oldestSerial, let item, let bytes) where isReady:
      let limit = TrainingUnit.largestItemBytes
      (index, outcome) = (item, .failed(reason: .oversized(bytes: bytes, limit: limit)))
    default: return false
    }
    guard let group = plan.oldest, let complete = plan.accept(outcome, for: index) else {
      return false
    }
    if complete {
      oldestSerial += 1
      hasProgressed = true
      mark = .now
      for index in group where plan.wasIsolated(index) { cleared(index) }
    }
    return true
  }

  // MARK: Loss

  /// The trainer has ended, or at least its output has.
  private func lossByExit(_ plan: UnitPlan) -> Loss {
    switch process.wait(timeoutMilliseconds: Self.exitMilliseconds) {
    case .code(let code): loss(plan, .exited(code: code))
    case .signal(let signal):
      if breadcrumb.memoryExhausted, let limit = settings.memoryBytes {
        loss(plan, .memory(limitBytes: limit))
      } else {
        loss(plan, .crashed(signal: signal))
      }
    case .unknown: loss(plan, .protocolViolation("ended, and other code took its exit code"))
    case nil: loss(plan, .protocolViolation("closed its channel"))
    }
  }

  private func lossByDeadline(_ plan: UnitPlan) -> Loss {
    loss(plan, .deadline(seconds: isReady ? settings.itemSeconds : settings.startSeconds))
  }

  private func loss(_ plan: UnitPlan, _ reason: ItemFailure) -> Loss {
    process.kill(SIGKILL)
    process.wait()
    let atWork = breadcrumb.begunGroup >= oldestSerial && plan.oldest != nil
    return Loss(reason: reason, atWork: atWork, begun: atWork ? breadcrumb.begunItems : 0)
  }
}
