import CommandLineArguments
import Glibc
import Settings
import Threading

/// The processes of a cluster on this machine: starts them in order, starts again what dies, and
/// stops them together. All on one thread, which lasts, because the kernel ends the processes with
/// it.
struct LocalCluster {
  /// How long processes may take to stop before they are killed.
  static let stopMilliseconds: Int64 = 20_000
  /// How often the endpoint and the status are looked at until the cluster serves.
  private static let turnMilliseconds: Int64 = 100
  /// How often it is looked whether another number of workers is wanted.
  private static let requestMilliseconds: Int64 = 500
  /// After that long without being ready, `up` says where to look.
  private static let patienceMilliseconds: Int64 = 15_000

  /// How far the cluster has come.
  private enum Phase { case starting, joining, serving }

  let folder: ClusterFolder
  /// The coordinator and then the workers.
  var processes: [ClusterProcess]
  /// Which workers there are to be, and how one is made.
  var roster: WorkerRoster
  let makeWorker: (String) throws -> ClusterProcess
  var scaling = Scaling()
  private var phase = Phase.starting
  private var givenUp = false
  let clock = MonotonicClock()
  /// The endpoint's file as an earlier cluster left it.
  private let staleEndpoint: FileStamp?
  var probe: ClusterProbe

  /// A cluster of the workers of a roster.
  init(
    folder: ClusterFolder, coordinator: ClusterProcess, roster: WorkerRoster,
    makeWorker: @escaping (String) throws -> ClusterProcess
  ) throws {
    self.folder = folder
    self.roster = roster
    self.makeWorker = makeWorker
    processes = [coordinator] + (try roster.entries.map { try makeWorker($0.name) })
    probe = ClusterProbe(folder)
    staleEndpoint = FileStamp(of: folder.coordinatorEndpoint)
  }

  /// Runs until a signal stops everything, or until the cluster cannot go on.
  mutating func run() throws -> ExitCode {
    let request = try StopRequest()
    let begin = clock.now
    var isPatient = true
    processes[0].state = .due(begin)
    do {
      while !request.isMade {
        try startDue()
        try advance()
        if phase == .serving { try scale() }
        if isPatient, phase != .serving, clock.now - begin > Self.patienceMilliseconds {
          isPatient = false
          say("not serving yet: \(probe.obstacle); each process has a log in \(folder.path)")
        }
        wait(request)
        try noticeEnds()
      }
    } catch {
      _ = stop(request)
      throw error
    }
    say("stopping")
    return stop(request) && !givenUp ? .success : .failure
  }

  // MARK: - Starting

  private mutating func startDue() throws {
    for index in processes.indices { try processes[index].startIfDue(clock.now) }
  }

  /// Goes on to the next phase when this one is over.
  private mutating func advance() throws {
    switch phase {
    case .starting:
      let stamp = FileStamp(of: folder.coordinatorEndpoint)
      guard let stamp, stamp != staleEndpoint else { return }
      for index in processes.indices.dropFirst() { processes[index].state = .due(clock.now) }
      phase = .joining
      try startDue()
    case .joining:
      guard probe.isServing() else { return }
      phase = .serving
      writeState()
      // Whoever started it may read no further; the cluster serves others.
      try? Terminal.standardOutput.write(readyText)
    case .serving: return
    }
  }

  private var readyText: String {
    let endpoint = (try? TextFile.read(folder.coordinatorEndpoint)) ?? ""
    let address = endpoint.split(separator: " ").first ?? "?"
    let option =
      folder.path == ClusterFolder.defaultPath ? "" : " --cluster \(folder.path)"
    let workers = Readable.grouped(processes.count - 1, "worker", "workers")
    return """
      ready: \(workers), coordinator at \(address), everything in \(folder.path)
      granary status\(option) says how it is; granary ingest FILE\(option) takes sales in; \
      Control-C stops it

      """
  }

  // MARK: - Watching

  /// Waits until something may have changed.
  private func wait(_ request: StopRequest) {
    let children = processes.compactMap(\.child)
    var wanted = [pollfd(fd: request.descriptor, events: Int16(POLLIN), revents: 0)]
    wanted += children.map { pollfd(fd: $0.exitDescriptor, events: Int16(POLLIN), revents: 0) }
    let isSteady = phase == .serving && scaling.isSettled
    var left = isSteady ? Self.requestMilliseconds : Self.turnMilliseconds
    for process in processes {
      if case .due(let moment) = process.state { left = min(left, max(0, moment - clock.now)) }
    }
    _ = unsafe poll(&wanted, nfds_t(wanted.count), Int32(clamping: left))
  }

  private mutating func noticeEnds() throws {
    for index in processes.indices {
      guard let (exit, decision) = processes[index].notice(clock.now) else { continue }
      let process = processes[index]
      // A worker that ended well was told to leave; a cluster without coordinator is none.
      if exit == .code(0), index > 0 {
        processes[index].state = .gone
        if !roster.isLeaving(process.name) {
          roster.remove(process.name)
          say("\(process.name) has left the cluster and is not started again")
          writeState()
        }
        continue
      }
      switch decision {
      case .start(let pause):
        let seconds = Readable.duration(seconds: Double(pause) / 1e3)
        say("\(process.name) \(exit.text); starting it again in \(seconds)")
      case .giveUp:
        let error = GranaryError.keepsEnding(
          name: process.name, log: process.log, lastLine: TextFile.lastLine(process.log))
        guard index > 0, phase == .serving else { throw error }
        // The others serve what they have.
        givenUp = true
        say("\(error)")
      }
    }
  }

  // MARK: - Stopping

  /// Asks all processes to stop and waits for them. False when some had to be killed.
  private mutating func stop(_ request: StopRequest) -> Bool {
    request.clear()
    let children = processes.compactMap { process in process.child.map { (process.name, $0) } }
    for (_, child) in children { child.kill(SIGINT) }
    let deadline = clock.now + Self.stopMilliseconds
    var isClean = true
    for (name, child) in children {
      while child.isRunning, clock.now < deadline, !request.isMade {
        _ = child.wait(timeoutMilliseconds: Int(Self.turnMilliseconds))
      }
      if child.isRunning {
        say("\(name) did not stop; killing it")
        child.kill(SIGKILL)
        isClean = false
      }
    }
    for index in processes.indices { processes[index].state = .gone }
    return isClean
  }

  func say(_ sentence: String) {
    // Nobody may be listening any more; the cluster runs on.
    try? Terminal.standardError.write("granary up: \(sentence)\n")
  }
}

extension ChildProcess.Exit {
  /// The end in words.
  fileprivate var text: String {
    switch self {
    case .code(let code): "ended with code \(code)"
    case .signal(let signal): "was ended by signal \(signal)"
    case .unknown: "ended"
    }
  }
}
