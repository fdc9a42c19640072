import Foundation
import TestSupport
import Testing
import TrainerNode

#if arch(x86_64)
  let trapSignal: Int32 = SIGILL
#else
  let trapSignal: Int32 = SIGTRAP
#endif

@Suite(.timeLimit(.minutes(1))) struct TrainerFaultTests {
  /// What is expected of words of which these fail.
  private func expected(_ words: [String], failing: [Int: ItemFailure]) -> [ItemOutcome] {
    words.enumerated().map { index, word in
      failing[index].map { .failed(reason: $0) } ?? result(word)
    }
  }

  @Test(arguments: [0, 15, 16, 39, 99]) func `a trap costs its item only`(guilty: Int) throws {
    let log = EventLog()
    var words = echoes(0..<100)
    words[guilty] = "trap 7"
    let outcomes = try drillCrew(log: log).process(unit(words))
    #expect(outcomes == expected(words, failing: [guilty: .crashed(signal: trapSignal)]))
    let group = (guilty / 16 * 16)..<min(100, guilty / 16 * 16 + 16)
    #expect(log.suspects == [group.map { "item-\($0)" }, ["item-\(guilty)"]])
    #expect(log.cleared == group.filter { $0 != guilty }.map { "item-\($0)" })
  }

  @Test func `the guilty of one group are all found`() throws {
    var words = echoes(0..<48)
    for (index, word) in [(17, "trap"), (18, "exit 3"), (31, "trap"), (16, "kill 11")] {
      words[index] = word
    }
    let outcomes = try drillCrew().process(unit(words))
    let failing: [Int: ItemFailure] = [
      16: .crashed(signal: SIGSEGV), 17: .crashed(signal: trapSignal), 18: .exited(code: 3),
      31: .crashed(signal: trapSignal),
    ]
    #expect(outcomes == expected(words, failing: failing))
  }

  @Test func `a unit of nothing but guilty items ends`() throws {
    let words = Array(repeating: "trap", count: 20)
    let outcomes = try drillCrew().process(unit(words))
    #expect(
      outcomes == words.map { _ in .failed(reason: .crashed(signal: trapSignal)) })
  }

  @Test func `a crew works on after a unit that went wrong`() throws {
    let crew = try drillCrew()
    _ = try crew.process(unit(["trap", "echo"]))
    #expect(try crew.process(unit(["echo 1"])) == [result("echo 1")])
  }

  @Test func `an item that stops its trainer meets its deadline`() throws {
    var settings = drillSettings()
    settings.itemSeconds = 0.3
    let outcomes = try drillCrew(settings).process(unit(["kill \(SIGSTOP)"]))
    #expect(outcomes == [.failed(reason: .deadline(seconds: 0.3))])
  }

  @Test func `a trainer that closes its channel and lives on is ended`() throws {
    let outcomes = try drillCrew().process(unit(["close-hang"]))
    #expect(outcomes == [.failed(reason: .protocolViolation("closed its channel"))])
  }

  @Test func `callers whose threads end cost trainers and no outcomes`() async throws {
    let crew = try drillCrew()
    let words = echoes(0..<40)
    for _ in 0..<10 {
      #expect(try await onThread { try crew.process(unit(words)) } == words.map(result))
    }
  }

  @Test func `an item that never ends meets its deadline`() throws {
    var settings = drillSettings()
    settings.itemSeconds = 0.5
    let outcomes = try drillCrew(settings).process(unit(["spin", "echo 1"]))
    #expect(outcomes == [.failed(reason: .deadline(seconds: 0.5)), result("echo 1")])
  }

  @Test func `what happened once and not again costs nothing`() throws {
    let folder = try TemporaryFolder()
    let log = EventLog()
    let words = echoes(0..<20) + ["once \(folder.file("mark"))"] + echoes(21..<40)
    #expect(try drillCrew(log: log).process(unit(words)) == words.map(result))
    #expect(log.cleared == (16..<32).map { "item-\($0)" })
  }

  @Test(arguments: ["allocate 3000000000", "hoard"]) func `an item that needs too much is named`(
    word: String
  ) throws {
    var settings = drillSettings()
    settings.memoryBytes = 300 << 20
    let words = ["echo 1", word, "echo 2"]
    let outcomes = try drillCrew(settings).process(unit(words))
    #expect(outcomes == expected(words, failing: [1: .memory(limitBytes: 300 << 20)]))
  }

  @Test func `a group that is too large together is worked on one by one`() throws {
    var settings = drillSettings()
    settings.memoryBytes = 200 << 20
    let log = EventLog()
    let items = (0..<10).map {
      TrainingItem(name: "item-\($0)", bytes: [UInt8](repeating: UInt8($0), count: 20_000_000))
    }
    let outcomes = try drillCrew(settings, log: log).process(
      TrainingUnit(kind: 9, settings: [], items: items))
    #expect(outcomes.elementsEqual(items) { isResult($0, $1.bytes) })
    #expect(log.cleared.count == items.count)
  }

  @Test func `an endless recursion costs its item only`() throws {
    let words = ["echo 1", "recurse 1", "echo 2"]
    let outcomes = try drillCrew().process(unit(words))
    #expect(outcomes == expected(words, failing: [1: .crashed(signal: SIGSEGV)]))
  }

  @Test(arguments: [1, 5, 100, 1_000_000]) func `garbage in the channel costs its item only`(
    size: Int
  ) throws {
    let words = echoes(0..<3) + ["garbage \(size)"] + echoes(4..<40)
    let outcomes = try drillCrew().process(unit(words))
    for (index, outcome) in outcomes.enumerated() where index != 3 {
      #expect(outcome == result(words[index]))
    }
    guard case .failed(.protocolViolation) = outcomes[3] else {
      Issue.record("\(outcomes[3])")
      return
    }
  }

  @Test func `a closed channel costs its item only`() throws {
    let words = ["echo 1", "close", "echo 2"]
    let outcomes = try drillCrew().process(unit(words))
    // The trainer ends by itself when nobody listens.
    #expect(outcomes == expected(words, failing: [1: .exited(code: 0)]))
  }

  @Test func `a process that holds the channel of a dead trainer delays nothing`() throws {
    let words = ["echo 1", "fork-holder", "echo 2"]
    let outcomes = try drillCrew().process(unit(words))
    #expect(outcomes == expected(words, failing: [1: .crashed(signal: SIGSEGV)]))
  }

  @Test func `a trainer that is killed from outside loses nothing`() async throws {
    let folder = try TemporaryFolder()
    let log = EventLog()
    let crew = try drillCrew(log: log)
    let mark = folder.file("mark")
    let words = echoes(0..<20) + ["hang-once \(mark)"] + echoes(21..<100)
    async let outcomes = onThread { try crew.process(unit(words)) }
    try await eventually { FileManager.default.fileExists(atPath: mark) }
    kill(try #require(log.started.first), SIGKILL)
    #expect(try await outcomes == words.map(result))
  }

  @Test func `a trainer that is killed between units is replaced without a word`() throws {
    let log = EventLog()
    let crew = try drillCrew(log: log)
    _ = try crew.process(unit(["echo"]))
    kill(try #require(log.started.first), SIGKILL)
    #expect(try crew.process(unit(["echo 1"])) == [result("echo 1")])
    #expect(log.suspects.allSatisfy { $0.isEmpty })
  }

  @Test func `a kill from outside does not make an item guilty`() throws {
    let log = EventLog()
    let outcomes = try drillCrew(log: log).process(unit(["kill 9"]))
    #expect(outcomes == [.failed(reason: .crashed(signal: SIGKILL))])
    #expect(log.suspects.count == 3)
  }

  @Test func `an executable that is not there is an error, not a loop`() throws {
    var settings = drillSettings()
    settings.executable = "/nowhere"
    let error = #expect(throws: TrainerError.self) {
      try drillCrew(settings).process(unit(["echo"]))
    }
    guard case .noTrainer("/nowhere", 3, let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("No such file"))
  }

  @Test func `an executable that is no trainer is an error, not a loop`() throws {
    var settings = drillSettings()
    settings.executable = "/bin/false"
    settings.startAttempts = 2
    let reason = ItemFailure.exited(code: 1).description
    #expect(
      throws: TrainerError.noTrainer(executable: "/bin/false", attempts: 2, lastReason: reason)
    ) { try drillCrew(settings).process(unit(["echo"])) }
  }

  @Test func `a trainer that never gets ready is an error, not a wait`() throws {
    var settings = drillSettings()
    settings.executable = "/bin/sleep"
    settings.arguments = ["600"]
    settings.startSeconds = 0.05
    #expect(throws: TrainerError.self) { try drillCrew(settings).process(unit(["echo"])) }
  }

  @Test func `a memory limit that no trainer can live in is an error, not a loop`() throws {
    var settings = drillSettings()
    settings.memoryBytes = 1 << 20
    #expect(throws: TrainerError.self) { try drillCrew(settings).process(unit(["echo"])) }
  }

  @Test func `cancel ends the work, the waiting and what comes later`() async throws {
    let folder = try TemporaryFolder()
    let crew = try drillCrew()
    let mark = folder.file("mark")
    let working = Task { try await onThread { try crew.process(unit(["hang-once \(mark)"])) } }
    try await eventually { FileManager.default.fileExists(atPath: mark) }
    let waiting = Task { try await onThread { try crew.process(unit(["echo"])) } }
    crew.cancel()
    for task in [working, waiting] {
      await #expect(throws: TrainerError.cancelled) { try await task.value }
    }
    #expect(throws: TrainerError.cancelled) { try crew.process(unit(["echo"])) }
  }

  @Test func `drills trap and hang on the named item`() throws {
    var settings = drillSettings()
    settings.itemSeconds = 0.5
    settings.environment = [
      "GRANARY_DRILL_TRAP_SKU": "item-1", "GRANARY_DRILL_HANG_SKU": "item-16",
    ]
    let words = echoes(0..<17)
    let outcomes = try drillCrew(settings).process(unit(words))
    let failing: [Int: ItemFailure] = [
      1: .crashed(signal: trapSignal), 16: .deadline(seconds: 0.5),
    ]
    #expect(outcomes == expected(words, failing: failing))
  }

  @Test func `a drill names all items that begin alike`() throws {
    var settings = drillSettings()
    settings.environment = ["GRANARY_DRILL_TRAP_SKU": "item-1*"]
    let words = echoes(0..<12)
    let outcomes = try drillCrew(settings).process(unit(words))
    let failing = [1, 10, 11].map { ($0, ItemFailure.crashed(signal: trapSignal)) }
    #expect(
      outcomes == expected(words, failing: Dictionary(uniqueKeysWithValues: failing)))
  }
}
