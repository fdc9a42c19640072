import ClusterStore
import CommandLineArguments
import CoordinatorNode
import Settings
import Storage
import Telemetry
import Threading
import WorkerNode

/// A coordinator among several: it waits for the seat, leads while it has it, and then ends.
///
/// A process that lost the seat does not wait for it again: what it knows is old, and one that
/// starts anew learns everything from the records and from the workers.
struct SharedCoordinator {
  /// The time between two claims of a seat that somebody has.
  private static let claimMilliseconds: Int64 = 250

  private let shared: SharedRecords
  private let folder: ClusterFolder
  private let settings: ResolvedSettings
  private let logger = Logger("coordinator")

  init(_ shared: SharedRecords, _ folder: ClusterFolder, _ settings: ResolvedSettings) {
    self.shared = shared
    self.folder = folder
    self.settings = settings
  }

  func run() throws -> ExitCode {
    let stops = Mailbox<Bool>(limit: 1)
    let stopNode = Locked<(@Sendable () -> Void)?>(nil)
    let signals = try Signals { _ in
      stops.close()
      stopNode.withLock { $0 }?()
    }
    defer { signals.stop() }
    guard let (term, until) = claim(until: stops) else {
      shared.seat.resign()
      return .success
    }
    let fault = Locked<String?>(nil)
    let keeper = try SeatKeeper(shared.seat, term, until: until) { reason in
      fault.withLock { $0 = reason }
      stopNode.withLock { $0 }?()
    }
    defer { keeper.stop() }
    logger.info("leading", ["term": "\(term.number)"])
    do {
      let node = try CoordinatorNode(
        folder: folder, settings: settings, records: try shared.records(term),
        merge: RunSummary.merge, pricing: RunPricing.driver)
      stopNode.withLock { $0 = node.stop }
      // Either may have come before there was a node to stop.
      if fault.withLock({ $0 }) == nil, !stops.isClosed { node.run() }
    } catch let error as CoordinatorError {
      return NodeProcess.fail(error, error.isStorage ? .storage : .failure)
    } catch let error as StorageError {
      return NodeProcess.fail(error, .storage)
    }
    guard let reason = fault.withLock({ $0 }) else { return .success }
    logger.error("\(reason); start it again, and it waits for the seat")
    return .failure
  }

  /// Waits for the seat; nothing when it is told to stop first.
  private func claim(until stops: Mailbox<Bool>) -> (SeatTerm, until: Moment)? {
    let card = Array(settings.coordinator.listen.utf8)
    var said = ""
    func say(_ sentence: String) {
      if sentence != said { logger.info("\(sentence)") }
      said = sentence
    }
    while !stops.isClosed {
      do {
        switch try shared.seat.claim(card) {
        case .taken(let term, let until): return (term, until)
        case .held(let leader):
          say("waiting: \(String(decoding: leader, as: UTF8.self)) leads")
        }
      } catch {
        say("waiting: \(error)")
      }
      _ = stops.take(timeoutMilliseconds: Self.claimMilliseconds)
    }
    return nil
  }
}
