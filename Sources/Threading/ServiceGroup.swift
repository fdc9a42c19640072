/// Runs services together, each on a thread of its own: started in order, stopped in reverse order,
/// so that none loses one that it depends on while it works.
///
/// The group ends when `stop()` is called, when a service fails, or when one is done.
public final class ServiceGroup: Sendable {
  private let services: [any Service]
  private let events = Mailbox<Event>(limit: ServiceGroup.maximumServices + 1)

  /// The most services of a group.
  public static let maximumServices = 64

  private enum Event: Sendable {
    case stopRequested
    case ended(ThreadingError?)
  }

  /// A group of `services`, in the order of their start.
  public init(_ services: [any Service]) {
    precondition(
      services.count <= Self.maximumServices, "\(services.count) services in one group")
    self.services = services
  }

  /// Starts all services and waits until all have stopped. Throws the first failure. It is called
  /// once in the life of a group.
  public func run() throws(ThreadingError) {
    var running: [(service: any Service, thread: Thread)] = []
    var failure: ThreadingError?
    do {
      for service in services { try attempt(service) { () throws in try service.start() } }
      for service in services { running.append((service, try launch(service))) }
    } catch {
      failure = error
    }
    if failure == nil, !services.isEmpty { failure = firstFailure(in: waitForEvents()) }
    for (service, thread) in running.reversed() {
      service.stop()
      thread.join()
    }
    // A service may have failed while it was stopped; that must not be lost.
    failure = failure ?? firstFailure(in: events.drain())
    if let failure { throw failure }
  }

  /// Asks the group to stop; returns at once. Any thread may call it, at any time.
  public func stop() {
    // A full mailbox holds an event that ends the group already.
    _ = events.post(.stopRequested)
  }

  private func launch(_ service: any Service) throws(ThreadingError) -> Thread {
    let events = events
    return try Thread(name: service.name) {
      do {
        try service.run()
        _ = events.post(.ended(nil))
      } catch {
        _ = events.post(
          .ended(.serviceFailed(service: service.name, reason: String(describing: error))))
      }
    }
  }

  private func attempt(
    _ service: any Service, _ body: () throws -> Void
  ) throws(ThreadingError) {
    do { try body() } catch {
      throw .serviceFailed(service: service.name, reason: String(describing: error))
    }
  }

  private func waitForEvents() -> [Event] { events.take(timeoutMilliseconds: nil) }

  private func firstFailure(in events: [Event]) -> ThreadingError? {
    for case .ended(let failure?) in events { return failure }
    return nil
  }
}
