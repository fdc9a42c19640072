import Threading

/// A process of a local cluster: what to start, whether it runs, and how it has fared so far.
struct ClusterProcess {
  /// What a process is about to do or does.
  enum State {
    /// It was not asked for yet.
    case idle
    /// It is started when the moment comes.
    case due(Moment)
    /// It runs since then.
    case running(ChildProcess, since: Moment)
    /// It ended and is not started again.
    case gone
  }

  let name: String
  let command: ChildProcess.Command
  let log: String
  var state = State.idle
  private var policy: RestartPolicy

  init(
    name: String, command: ChildProcess.Command, log: String,
    policy: RestartPolicy = RestartPolicy()
  ) {
    self.policy = policy
    self.name = name
    self.command = command
    self.log = log
  }

  /// The process, if it runs.
  var child: ChildProcess? {
    if case .running(let child, _) = state { child } else { nil }
  }

  /// Starts the process when that is due.
  mutating func startIfDue(_ now: Moment) throws(ChildProcessError) {
    guard case .due(let moment) = state, moment <= now else { return }
    state = .running(try ChildProcess(command), since: now)
  }

  /// Takes the end of the process to its record, if it ended.
  mutating func notice(_ now: Moment) -> (
    exit: ChildProcess.Exit, decision: RestartPolicy.Decision
  )? {
    guard case .running(let child, let since) = state,
      let exit = child.wait(timeoutMilliseconds: 0)
    else { return nil }
    let decision = policy.died(afterMilliseconds: now - since)
    switch decision {
    case .start(let pause): state = .due(now + pause)
    case .giveUp: state = .gone
    }
    return (exit, decision)
  }
}
