import CommandLineArguments
import Coordination
import Glibc
import Settings
import Threading

/// Other numbers of workers while a local cluster runs: what `granary scale` asks for.
extension LocalCluster {
  /// How often the cluster is asked how far it is.
  private static let lookMilliseconds: Int64 = 500

  /// How far it is with that.
  struct Scaling {
    /// The request that was taken last.
    var token: String?
    /// The file that was looked at last: a request that lies there since an earlier time counts.
    var seen: FileStamp?
    /// The processes that were asked to leave: a second word would end them at once.
    var asked: [String: Int32] = [:]
    /// Where the cluster says that workers are.
    var phases: [String: UpState.Worker.Phase] = [:]
    var trouble: String?
    var nextLook = Moment(milliseconds: 0)
    var written: UpState?
    var isSettled = false
  }

  /// Takes a request if there is one, and goes on with the one before.
  mutating func scale() throws {
    takeRequest()
    askToLeave()
    guard !scaling.isSettled, clock.now >= scaling.nextLook else { return }
    scaling.nextLook = clock.now + Self.lookMilliseconds
    if let status = probe.status() { note(status) }
    writeState()
  }

  private mutating func takeRequest() {
    let stamp = FileStamp(of: ScaleRequest.path(folder))
    guard let stamp, stamp != scaling.seen else { return }
    scaling.seen = stamp
    guard let request = ScaleRequest(in: folder), request.token != scaling.token else { return }
    scaling.token = request.token
    scaling.trouble = nil
    say("going for \(Readable.grouped(request.workers, "worker", "workers"))")
    for name in roster.scale(to: request.workers) {
      do {
        var process = try makeWorker(name)
        process.state = .due(clock.now)
        processes.removeAll { $0.name == name }
        processes.append(process)
      } catch {
        roster.remove(name)
        scaling.trouble = "\(error)"
        say("\(name) cannot be started: \(error)")
      }
    }
    scaling.isSettled = false
    scaling.nextLook = clock.now
    writeState()
  }

  /// Has those that are too many hand over what they have and end by themselves.
  private mutating func askToLeave() {
    for process in processes where roster.isLeaving(process.name) {
      guard let child = process.child, scaling.asked[process.name] != child.processID else {
        continue
      }
      scaling.asked[process.name] = child.processID
      child.kill(SIGTERM)
      scaling.isSettled = false
    }
  }

  /// Takes what the cluster says of its workers.
  private mutating func note(_ status: ClusterStatus) {
    let nodes = Dictionary(
      status.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in roster.entries {
      let node = nodes[entry.name]
      let state = processes.first { $0.name == entry.name }?.state
      if entry.isLeaving, case .gone? = state {
        left(entry.name, node)
      } else if !entry.isLeaving, case .gone? = state, let index = index(of: entry.name) {
        // It had left when it was wanted again.
        processes[index].state = .due(clock.now)
      }
      // One that an operator drained is there, and has what it is to have.
      let isThere = node.map { ["serving", "draining", "drained"].contains($0.state) } ?? false
      scaling.phases[entry.name] = entry.isLeaving ? .leaving : isThere ? .serving : .starting
    }
  }

  /// A worker that was to leave has ended. It is gone when the cluster has nothing there; before,
  /// its data is needed.
  private mutating func left(_ name: String, _ node: ClusterStatus.NodeStatus?) {
    guard let index = index(of: name) else { return }
    if let node, node.shards > 0 {
      say("\(name) ended before all its shards were elsewhere; starting it again")
      processes[index].state = .due(clock.now)
      return
    }
    processes.remove(at: index)
    roster.remove(name)
    scaling.phases[name] = nil
    say("\(name) has left; its data is in \(folder.data(of: name)) still")
  }

  private func index(of name: String) -> Int? { processes.firstIndex { $0.name == name } }

  /// Writes how things stand for others to read, where that changed.
  mutating func writeState() {
    let workers = roster.entries.map { entry in
      UpState.Worker(
        name: entry.name,
        phase: entry.isLeaving ? .leaving : scaling.phases[entry.name] ?? .starting)
    }
    let state = UpState(
      process: getpid(), wanted: roster.wanted, workers: workers, token: scaling.token,
      trouble: scaling.trouble)
    scaling.isSettled = state.isSettled
    guard state != scaling.written else { return }
    do throws(GranaryError) {
      try state.write(in: folder)
      scaling.written = state
    } catch {
      // The disk is full, perhaps: whoever waits sees nothing happen, and the cluster goes on.
      say("\(error)")
    }
  }
}
