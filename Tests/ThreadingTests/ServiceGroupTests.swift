import Testing
import Threading

@Suite("Service group")
struct ServiceGroupTests {
  /// Runs until it is stopped, or fails where it is told to, and writes down what happens.
  final class Recorder: Service {
    enum Ending: Sendable { case whenStopped, done, failing, failingAtStart }
    struct Broken: Error, CustomStringConvertible { let description = "out of paper" }

    let name: String
    let ending: Ending
    let diary: Locked<[String]>
    private let stopped = Mailbox<Int>(limit: 1)

    init(_ name: String, _ ending: Ending, _ diary: Locked<[String]>) {
      (self.name, self.ending, self.diary) = (name, ending, diary)
    }

    func start() throws {
      if ending == .failingAtStart { throw Broken() }
      diary.withLock { $0.append("start \(name)") }
    }

    func run() throws {
      switch ending {
      case .failing: throw Broken()
      case .done, .failingAtStart: return
      case .whenStopped:
        _ = stopped.take(timeoutMilliseconds: nil)
        diary.withLock { $0.append("end \(name)") }
      }
    }

    func stop() { _ = stopped.post(0) }
  }

  let diary = Locked<[String]>([])

  @Test("Services start in order and end in reverse order")
  func order() throws {
    let group = ServiceGroup(["store", "writer", "loop"].map { Recorder($0, .whenStopped, diary) })
    let stopper = try Thread(name: "stopper") { group.stop() }
    try group.run()
    stopper.join()
    #expect(
      diary.withLock { $0 } == [
        "start store", "start writer", "start loop", "end loop", "end writer", "end store",
      ])
  }

  @Test("The first failure stops all and is thrown with its service's name")
  func failure() {
    let group = ServiceGroup([
      Recorder("store", .whenStopped, diary), Recorder("printer", .failing, diary),
    ])
    #expect(throws: ThreadingError.serviceFailed(service: "printer", reason: "out of paper")) {
      try group.run()
    }
    #expect(diary.withLock { $0 }.last == "end store")
  }

  @Test("A service that cannot start keeps all from running")
  func failureAtStart() {
    let group = ServiceGroup([
      Recorder("store", .whenStopped, diary), Recorder("printer", .failingAtStart, diary),
    ])
    #expect(throws: ThreadingError.serviceFailed(service: "printer", reason: "out of paper")) {
      try group.run()
    }
    #expect(diary.withLock { $0 } == ["start store"])
  }

  @Test("A service that is done ends the group without an error")
  func done() throws {
    try ServiceGroup([
      Recorder("store", .whenStopped, diary), Recorder("command", .done, diary),
    ]).run()
    #expect(diary.withLock { $0 } == ["start store", "start command", "end store"])
  }
}
