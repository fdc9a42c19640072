import Glibc
import Settings
import TestSupport
import Testing
import Threading

@testable import granary

/// Verbs as a person at a terminal meets them: `script` of util-linux, which every Debian has, runs
/// them in one.
@Suite("At a terminal", .serialized)
struct TerminalTests {
  private static let script = "/usr/bin/script"
  static let hasTerminals = unsafe access(script, X_OK) == 0
  /// Gives the screen back: lines wrap, the cursor shows, what was there before is there again.
  private static let restored = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  /// A cluster of one worker that hangs on SKU `stuck`, and one row of it.
  private final class Stage {
    let folder: TemporaryFolder
    let cluster: String
    private let up: ChildProcess

    init() async throws {
      folder = try TemporaryFolder()
      cluster = folder.file("cluster")
      var command = Binary.command(
        ["up", "--cluster", cluster, "--workers", "1", "--set", "cluster.shards=2"],
        environment: ["GRANARY_DRILL_HANG_SKU": "stuck"])
      command.standardOutput = .file(folder.file("up.out"))
      command.standardError = .file(folder.file("up.err"))
      up = try Nursery.start(command)
      let (folder, up) = (folder, up)
      let isReady = await eventually {
        try text(folder.file("up.out")).contains("ready: ") || !up.isRunning
      }
      try #require(isReady && up.isRunning)
    }

    func run(_ words: String...) throws -> Binary.Result {
      try Binary.run(words + ["--cluster", cluster])
    }

    /// Starts a verb in a terminal of 80 columns and 24 lines; what it shows goes to a file.
    func start(_ words: String) throws -> ChildProcess {
      var command = ChildProcess.Command(
        executable: TerminalTests.script, name: "script",
        arguments: [
          "-qefc", "stty cols 80 rows 24; exec '\(Binary.path)' \(words) --cluster '\(cluster)'",
          folder.file("shown"),
        ])
      command.environment = ChildProcess.currentEnvironment.merging(["TERM": "xterm"]) { $1 }
      command.standardOutput = .file("/dev/null")
      return try Nursery.start(command)
    }

    var shown: String { (try? text(folder.file("shown"))) ?? "" }

    /// The program that runs in the terminal.
    func program(in terminal: ChildProcess) -> Int32? {
      let path = "/proc/\(terminal.processID)/task/\(terminal.processID)/children"
      return (try? text(path))?.split(separator: " ").first.flatMap { Int32($0) }
    }

    deinit {
      up.kill(SIGINT)
      if up.wait(timeoutMilliseconds: 10_000) == nil { up.kill(SIGKILL) }
      up.wait()
    }
  }

  @Test(
    "status --watch takes the screen and gives it back when it is ended",
    .enabled(if: hasTerminals), arguments: [SIGINT, SIGTERM, SIGHUP])
  func watch(signal: Int32) async throws {
    let stage = try await Stage()
    let terminal = try stage.start("status --watch --interval 0.1")
    let isDrawn = await eventually { stage.shown.contains("Last events") }
    #expect(isDrawn, "\(stage.shown)")
    #expect(stage.shown.contains("\u{1B}[?1049h"))
    let program = try #require(stage.program(in: terminal))
    kill(program, signal)
    let hasEnded = await eventually { !terminal.isRunning }
    #expect(hasEnded)
    #expect(stage.shown.contains(Self.restored))
    if !hasEnded { terminal.kill(SIGKILL) }
    #expect(terminal.wait() == .code(130))
  }

  @Test("a run goes on when whoever watches it leaves, and can be taken up again and cancelled")
  func detach() async throws {
    let stage = try await Stage()
    let rows = "sku,location,date,units\nstuck,here,2026-11-19,3\n"
    try write(rows, stage.folder.file("sales.csv"))
    #expect(try stage.run("ingest", stage.folder.file("sales.csv")).exit == .code(0))
    for verb in [["train", "--models", "snaive"], ["runs", "watch", "1"]] {
      let place = try TemporaryFolder()
      let process = try Binary.start(verb + ["--cluster", stage.cluster], in: place)
      let isAtWork = await eventually {
        try stage.run("runs", "--json").output.contains("\"phase\":\"running\"")
          && text("/proc/\(process.processID)/status").contains("SigBlk:\t0000000000004003")
      }
      #expect(isAtWork)
      process.kill(SIGINT)
      #expect(process.wait() == .code(130))
      #expect(
        try text(place.file("errors")) == """
          granary: interrupted; run 1 (train) goes on in the cluster: `granary runs watch 1` \
          follows it to its end, `granary runs cancel 1` ends it

          """)
    }
    #expect(try stage.run("runs", "--json").output.contains("\"phase\":\"running\""))
    let cancelled = try stage.run("runs", "cancel", "1")
    #expect(cancelled.output == "run 1 (train) has ended undone: cancelled by operator\n")
    #expect(try stage.run("runs", "watch", "1").errors.contains("run 1 failed: cancelled by"))
    #expect(try stage.run("runs", "watch", "7").errors.contains("there is no run 7"))
    #expect(try stage.run("status").output.contains("cancelled by operator"))
  }

  @Test("status --watch prints a block each time where there is no terminal")
  func pipe() async throws {
    let stage = try await Stage()
    let place = try TemporaryFolder()
    let process = try Binary.start(
      ["status", "--watch", "--interval", "0.1", "--json", "--cluster", stage.cluster], in: place)
    let hasSaid = await eventually {
      try text(place.file("output")).split(separator: "\n").count >= 3
    }
    #expect(hasSaid)
    process.kill(SIGINT)
    #expect(process.wait() == .code(130))
    let lines = try text(place.file("output")).split(separator: "\n")
    #expect(
      lines.allSatisfy {
        $0.hasPrefix("{\"") && $0.contains("\"cluster\":") && $0.hasSuffix("}")
      })
  }

  @Test("status --watch of no cluster says so at once")
  func nobody() throws {
    let folder = try TemporaryFolder()
    let result = try Binary.run(["status", "--watch", "--cluster", folder.path])
    #expect(result.exit == .code(4))
    #expect(result.errors.contains("granary up"))
    #expect(
      try Binary.refusal("status", "--interval", "2").contains("--interval goes with --watch"))
  }
}
