import CommandLineArguments
import Coordination
import Glibc
import Telemetry
import Threading

/// `granary status --watch`: a live picture on a terminal, a block of text each time elsewhere.
struct StatusWatch {
  /// How often is looked for keys, a resize and an end.
  private static let turnMilliseconds: Int32 = 50
  /// How often the times in the picture are brought up to date.
  private static let drawMilliseconds: Int64 = 500

  let cluster: ClusterOptions
  let intervalSeconds: Double
  let asJSON: Bool
  private let clock = MonotonicClock()

  init(_ cluster: ClusterOptions, intervalSeconds: Double, asJSON: Bool) {
    self.cluster = cluster
    self.intervalSeconds = intervalSeconds
    self.asJSON = asJSON
  }

  func run() throws -> ExitCode {
    let terminal = Terminal.standardOutput
    let screen = LiveScreen(terminal)
    let interruption = try Interruption(lastWords: { screen.close() })
    let feed = StatusFeed(cluster, intervalSeconds: intervalSeconds)
    let thread = try feed.start()
    defer {
      feed.stop()
      withExtendedLifetime(thread) {}
    }
    guard terminal.hasCursor, !asJSON else { return try say(feed, interruption) }
    try screen.open()
    defer { screen.close() }
    return try show(feed, on: screen, interruption)
  }

  // MARK: A screen

  private func show(
    _ feed: StatusFeed, on screen: LiveScreen, _ interruption: Interruption
  ) throws -> ExitCode {
    var rates = WatchRates()
    var taken = 0
    var drawnAt: Moment?
    var size = screen.size
    while !interruption.isRequested {
      let latest = feed.latest
      if let answer = latest.answer {
        let isNew = latest.number != taken
        if isNew { rates.take(answer.status) }
        let isResized = screen.size != size
        size = screen.size
        taken = latest.number
        let now = clock.now
        if isNew || isResized || drawnAt.map({ now - $0 >= Self.drawMilliseconds }) ?? true {
          drawnAt = now
          let picture = picture(answer.status, rates, at: now, answer.at, latest.failure)
          try screen.draw(picture.lines(columns: size.columns, rows: size.lines), for: size)
        }
      }
      switch LiveScreen.key(milliseconds: Self.turnMilliseconds) {
      case UInt8(ascii: "q"), UInt8(ascii: "Q"): return .success
      default: break
      }
    }
    return .interrupted
  }

  private func picture(
    _ status: ClusterStatus, _ rates: WatchRates, at now: Moment, _ then: Moment,
    _ failure: String?
  ) -> WatchPicture {
    let age = Double(now - then) / 1_000
    return WatchPicture(
      status: status, rates: rates, ageSeconds: age, lost: failure.map { (age, $0) },
      time: Self.time, intervalSeconds: intervalSeconds)
  }

  /// The time of this place, as a wall clock has it.
  private static var time: String {
    var seconds = Glibc.time(nil)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    let numbers = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
    return numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  // MARK: A file or a pipe

  private func say(_ feed: StatusFeed, _ interruption: Interruption) throws -> ExitCode {
    var taken = 0
    var complaint: String?
    while !interruption.isRequested {
      let latest = feed.latest
      if let answer = latest.answer, latest.number != taken {
        taken = latest.number
        try Terminal.standardOutput.write(block(answer.status))
      }
      if let failure = latest.failure, failure != complaint {
        try Terminal.standardError.write("\(Timestamp.now()) granary: \(failure); trying again\n")
      }
      complaint = latest.failure
      usleep(UInt32(Self.turnMilliseconds) * 1_000)
    }
    return .interrupted
  }

  private func block(_ status: ClusterStatus) -> String {
    asJSON
      ? StatusText.json(status) + "\n" : "\(Timestamp.now())  \(StatusText(status).text)\n"
  }
}
