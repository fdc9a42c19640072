import ClientNode
import CommandLineArguments
import Glibc
import Settings
import Storage
import Threading

/// `granary scale`: another number of workers for the cluster that `granary up` runs here.
struct ScaleVerb: Command {
  static let name = "scale"
  static let abstract = "Start more workers of the cluster on this machine, or end some."
  static let discussion = """
    For the cluster that `granary up` runs here. New workers take their share in the background. \
    Those that are too many, the ones added last, hand over all that they have before they end, \
    so nothing is lost. With one worker there is one copy of everything, whatever `replication` \
    says: the status is yellow until there are more. Interrupted, the cluster goes on; the same \
    command follows it.
    """
  static let examples = [
    Example("granary scale 3", "Three workers, and wait until they are there."),
    Example("granary scale 2 --no-wait", "Two; the third hands over and ends."),
  ]

  /// How long `up` may take to notice.
  private static let noticeMilliseconds: Int64 = 10_000
  /// How often is looked how far it is.
  private static let turnMicroseconds: UInt32 = 200_000

  @Argument("N", .within(1...ScaleRequest.mostWorkers), help: "How many workers there are to be.")
  var workers: Int
  @Flag(help: "Return when the cluster has begun.") var noWait: Bool
  @Flag(help: "Print JSON.") var json: Bool
  @Option("DIR", help: "The cluster's folder.") var cluster: Path?

  func run() throws -> ExitCode {
    let folder = ClusterFolder(named: cluster)
    let interruption = try Interruption()
    try Self.checkUp(folder)
    let request = ScaleRequest(workers: workers)
    try request.write(in: folder)
    let progress = Progress(isForPrograms: json)
    defer { progress.clear() }
    let clock = MonotonicClock()
    let begin = clock.now
    while true {
      if interruption.isRequested {
        throw ClientError.interrupted(
          "interrupted; the cluster goes on with it, and the same command follows it")
      }
      try Self.checkUp(folder)
      let state = UpState(in: folder)
      let isTaken = state?.token == request.token
      if let state, isTaken {
        if let trouble = state.trouble { throw GranaryError.notLocal(trouble) }
        progress.show(reading(state))
        if noWait || state.isSettled {
          progress.clear()
          try Terminal.standardOutput.write(json ? Self.json(state) : text(state))
          return .success
        }
      } else if clock.now - begin > Self.noticeMilliseconds {
        throw GranaryError.notLocal(
          "`granary up` in \(folder.path) did not take it up; it has to be serving first: "
            + "`granary status` says how the cluster is")
      }
      usleep(Self.turnMicroseconds)
    }
  }

  /// Only who runs the processes can start others: somewhere else it is for whoever does.
  private static func checkUp(_ folder: ClusterFolder) throws(GranaryError) {
    let path = "\(folder.path)/up.lock"
    let away =
      "no `granary up` runs in \(folder.path); start it, or, where the workers are on other "
      + "machines, start `granary worker` there and `granary drain` those that are to go"
    guard FileStamp(of: path) != nil else { throw .notLocal(away) }
    do throws(StorageError) {
      let lock = try FileLock(path)
      withExtendedLifetime(lock) {}
    } catch {
      if case .heldByProcess = error.kind { return }
      throw .notLocal("\(error)")
    }
    throw .notLocal(away)
  }

  private func reading(_ state: UpState) -> ProgressReading {
    let serving = state.workers.count { $0.phase == .serving }
    let notes = state.workers.filter { $0.phase != .serving }
      .map { "\($0.name) is \($0.phase.rawValue)" }
    return ProgressReading(
      "scaling to \(workers)", count: serving, ProgressReading.Unit("worker", "workers"),
      hasRate: false, notes: Array(notes.prefix(3)))
  }

  private func text(_ state: UpState) -> String {
    let names = state.workers.map(\.name).joined(separator: ", ")
    var text =
      state.isSettled
      ? "\(Readable.grouped(state.wanted, "worker", "workers")): \(names)\n"
      : "going for \(Readable.grouped(state.wanted, "worker", "workers")); now there are \(names)\n"
    if state.wanted == 1 {
      text += "one worker holds the only copy of everything; `replication` 2 needs two\n"
    }
    return text
  }

  private static func json(_ state: UpState) -> String {
    var json = JSONText()
    json.object { json in
      json.member("wanted", state.wanted)
      json.member("done", state.isSettled)
      json.array("workers") { json in
        for worker in state.workers {
          json.object { json in
            json.member("name", worker.name)
            json.member("phase", worker.phase.rawValue)
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
