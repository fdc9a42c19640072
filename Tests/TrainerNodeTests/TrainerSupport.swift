import Foundation
import Synchronization
import Threading
import TrainerNode

/// The trainer for tests, which the build puts beside the tests.
enum DrillExecutable {
  static let path: String = {
    let folders =
      [CommandLine.arguments.first ?? "", "/proc/self/exe"]
      + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    let candidates = folders.flatMap { path -> [String] in
      var folder = URL(fileURLWithPath: path).resolvingSymlinksInPath()
      return (0..<4).map { _ in
        folder.deleteLastPathComponent()
        return folder.appendingPathComponent("TrainerDrill").path
      }
    }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "TrainerDrill"
  }()
}

/// What a crew reported.
final class EventLog: Sendable {
  private let list = Mutex<[TrainerEvent]>([])

  var events: [TrainerEvent] { list.withLock { $0 } }

  func append(_ event: TrainerEvent) { list.withLock { $0.append(event) } }

  /// The numbers of the trainers that were started.
  var started: [Int32] {
    events.compactMap { if case .started(let number) = $0 { number } else { nil } }
  }

  /// The names of those that were at work when a trainer was lost.
  var suspects: [[String]] {
    events.compactMap { if case .lost(_, _, let names, _) = $0 { names } else { nil } }
  }

  /// The names of those that were alone and did their work.
  var cleared: [String] {
    events.compactMap { if case .cleared(let name) = $0 { name } else { nil } }
  }
}

/// Trainers that do what their items say.
func drillSettings() -> TrainerSettings {
  var settings = TrainerSettings()
  settings.executable = DrillExecutable.path
  settings.log = .null
  return settings
}

func drillCrew(
  _ settings: TrainerSettings = drillSettings(), seats: Int = 1, log: EventLog = EventLog()
) throws -> TrainerCrew {
  try TrainerCrew(settings: settings, seats: seats) { log.append($0) }
}

/// A unit whose items are these words, with names "item-0" and so on.
func unit(_ words: [String], kind: UInt8 = 1, settings: [UInt8] = []) -> TrainingUnit {
  TrainingUnit(
    kind: kind, settings: settings,
    items: words.enumerated().map { TrainingItem(name: "item-\($0)", bytes: Array($1.utf8)) })
}

/// Words that are given back as they are.
func echoes(_ range: Range<Int>) -> [String] { range.map { "echo \($0)" } }

func result(_ text: String) -> ItemOutcome { .result(Array(text.utf8)) }

/// Whether an outcome is a result of these bytes. Comparing arrays byte by byte is very slow in
/// debug builds.
func isResult(_ outcome: ItemOutcome, _ expected: [UInt8]) -> Bool {
  guard case .result(let bytes) = outcome, bytes.count == expected.count else { return false }
  return unsafe bytes.withUnsafeBytes { left in
    unsafe expected.withUnsafeBytes { right in
      guard let left = left.baseAddress, let right = right.baseAddress else { return true }
      return unsafe memcmp(left, right, bytes.count) == 0
    }
  }
}

/// Runs something on a thread of its own: the calls of a crew block.
func onThread<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: .init(catching: body)) }
  }
}

/// Waits until something is so, without holding a thread.
func eventually(_ condition: () -> Bool) async throws {
  while !condition() { try await Task.sleep(for: .milliseconds(2)) }
}
