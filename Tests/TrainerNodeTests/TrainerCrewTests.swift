import Foundation
import TestSupport
import Testing
import TrainerNode

@Suite(.timeLimit(.minutes(1))) struct TrainerCrewTests {
  @Test func `gives one result for each item in order`() throws {
    let words = echoes(0..<257)
    #expect(try drillCrew().process(unit(words)) == words.map(result))
  }

  @Test func `an empty unit has no outcomes and needs no trainer`() throws {
    let log = EventLog()
    #expect(try drillCrew(log: log).process(unit([])) == [])
    #expect(log.events == [])
  }

  @Test func `no trainer is started before there is work`() throws {
    let log = EventLog()
    _ = try drillCrew(seats: 3, log: log)
    #expect(log.events == [])
  }

  @Test func `a trainer is used again from unit to unit`() throws {
    let log = EventLog()
    let crew = try drillCrew(log: log)
    let first = try crew.process(unit(["pid"]))
    #expect(try crew.process(unit(["pid"])) == first)
    #expect(log.started.count == 1)
  }

  @Test func `a dismissed trainer is replaced`() throws {
    let crew = try drillCrew()
    let first = try crew.process(unit(["pid"]))
    crew.dismissIdle()
    #expect(try crew.process(unit(["pid"])) != first)
  }

  @Test func `settings and kind reach the work whenever they change`() throws {
    let crew = try drillCrew()
    for (kind, settings) in [(1, [1, 2]), (1, [1, 2]), (1, [3]), (2, [3]), (2, [])] {
      let bytes = settings.map { UInt8($0) }
      let outcomes = try crew.process(unit(["settings"], kind: UInt8(kind), settings: bytes))
      #expect(outcomes == [.result([UInt8(kind)] + bytes)])
    }
  }

  @Test func `settings reach the trainer that replaces another`() throws {
    let outcomes = try drillCrew().process(unit(["trap", "settings"], kind: 4, settings: [5]))
    #expect(outcomes == [.failed(reason: .crashed(signal: trapSignal)), .result([4, 5])])
  }

  @Test func `trainers have lower priority`() throws {
    let expected = min(19, getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) + 10)
    #expect(try drillCrew().process(unit(["nice"])) == [result("\(expected)")])
  }

  @Test func `work in lanes gets whole groups`() throws {
    var settings = drillSettings()
    settings.arguments = ["lanes"]
    let outcomes = try drillCrew(settings).process(unit(["abc", "short", ""]))
    #expect(outcomes == [result("cba"), .failed(reason: .exited(code: 70)), result("")])
  }

  @Test func `huge items and results pass both ways`() throws {
    let size = 5_000_000
    let big = String(repeating: "x", count: size)
    let words = (0..<20).map { $0 % 2 == 0 ? "echo \($0) \(big)" : "result \(size)" }
    let outcomes = try drillCrew().process(unit(words))
    let sevens = [UInt8](repeating: 7, count: size)
    #expect(
      outcomes.elementsEqual(words) {
        isResult($0, $1.hasPrefix("echo") ? Array($1.utf8) : sevens)
      })
  }

  @Test func `an item that cannot be sent fails and its neighbours do not`() throws {
    let limit = TrainingUnit.largestItemBytes
    var work = unit(["echo 1", "", "echo 2"])
    work.items[1].bytes = [UInt8](repeating: 0, count: limit)
    let size = limit + work.items[1].name.utf8.count
    let outcomes = try drillCrew().process(work)
    let failure = ItemFailure.oversized(bytes: size, limit: limit)
    #expect(outcomes == [result("echo 1"), .failed(reason: failure), result("echo 2")])
  }

  @Test func `a result that cannot be sent fails and its neighbours do not`() throws {
    let limit = TrainingUnit.largestItemBytes
    let outcomes = try drillCrew().process(unit(["echo 1", "result \(limit + 1)", "echo 2"]))
    let failure = ItemFailure.oversized(bytes: limit + 1, limit: limit)
    #expect(outcomes == [result("echo 1"), .failed(reason: failure), result("echo 2")])
  }

  @Test func `a unit beyond the limits is refused with the limit`() throws {
    let limit = TrainingUnit.maximumItems
    let items = Array(repeating: TrainingItem(name: "", bytes: []), count: limit + 1)
    #expect(
      throws: TrainerError.unitTooLarge(what: "items", value: limit + 1, limit: limit)
    ) { try drillCrew().process(TrainingUnit(kind: 0, settings: [], items: items)) }
  }

  @Test func `callers share the seats`() async throws {
    let log = EventLog()
    let crew = try drillCrew(seats: 2, log: log)
    let words = echoes(0..<50)
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 { group.addTask { try await onThread { try crew.process(unit(words)) } } }
      for try await outcomes in group { #expect(outcomes == words.map(result)) }
    }
    #expect(log.events.allSatisfy { if case .failed = $0 { false } else { true } })
  }

  @Test func `trainers end with their worker, however it ends`() async throws {
    let folder = try TemporaryFolder()
    let parent = Process()
    parent.executableURL = URL(fileURLWithPath: DrillExecutable.path)
    parent.arguments = ["parent", "hang", folder.file("trainer")]
    try parent.run()
    var trainer: Int32?
    try await eventually {
      let text = try? String(contentsOfFile: folder.file("trainer"), encoding: .utf8)
      trainer = text.flatMap { $0.hasSuffix("\n") ? Int32($0.dropLast()) : nil }
      return trainer != nil
    }
    kill(parent.processIdentifier, SIGKILL)
    parent.waitUntilExit()
    let number = try #require(trainer)
    try await eventually { isGone(number) }
  }

  @Test func `nothing is left open and no child is left behind`() throws {
    let parent = Process()
    parent.executableURL = URL(fileURLWithPath: DrillExecutable.path)
    parent.arguments = ["parent", "leaks"]
    parent.standardOutput = nil
    try parent.run()
    parent.waitUntilExit()
    #expect(parent.terminationStatus == 0)
  }

  /// Whether a process has ended, reaped or not.
  private func isGone(_ number: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else {
      return true
    }
    return text.split(separator: ")").last?.hasPrefix(" Z") ?? true
  }
}
