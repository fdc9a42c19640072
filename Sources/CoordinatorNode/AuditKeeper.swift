import Coordination
import NodeSupport
import Threading
import WireProtocol

/// The thread that writes and reads the audit: lines that wait share one write, and nothing of it
/// happens in the coordinator's loop.
final class AuditKeeper: Sendable {
  enum Work: Sendable {
    case line(token: UInt64?, AuditEntry)
    case page(AuditRequest, request: UInt64, to: Address)
  }

  /// A page on its way to the socket.
  struct Answer: Sendable {
    var frame: Frame
    var address: Address
  }

  /// The most lines and questions that wait.
  private static let maximumWaiting = 4_096
  /// The most lines that share a write.
  private static let linesPerWrite = 256

  private let work = Mailbox<Work>(limit: AuditKeeper.maximumWaiting)
  private let thread: Thread

  /// Keeps the audit in `log`; tells what became of lines by `note`, and gives pages to `answer`.
  init(
    _ log: AuditLog, note: @escaping @Sendable (Coordinator.Event) -> Void,
    answer: @escaping @Sendable (Answer) -> Void
  ) throws(ThreadingError) {
    let work = work
    thread = try Thread(name: "audit") {
      while true {
        let waiting = work.take(timeoutMilliseconds: nil, atMost: Self.linesPerWrite)
        if waiting.isEmpty { return }
        Self.write(waiting, to: log, note)
        for case .page(let question, let request, let address) in waiting {
          let page = log.page(question)
          answer(Answer(frame: Frame(request: request, .audit(page)), address: address))
        }
      }
    }
  }

  /// Takes a line or a question; false when too many wait already.
  func take(_ new: Work) -> Bool { work.post(new) }

  /// Ends the thread once what waits is done.
  func stop() {
    work.close()
    thread.join()
  }

  private static func write(
    _ waiting: [Work], to log: AuditLog, _ note: (Coordinator.Event) -> Void
  ) {
    var lines: [(token: UInt64?, entry: AuditEntry)] = []
    for case .line(let token, let entry) in waiting { lines.append((token, entry)) }
    guard !lines.isEmpty else { return }
    do throws(AuditError) {
      try log.append(lines.map(\.entry))
      for (token, _) in lines {
        if let token { note(.audited(token: token)) }
      }
    } catch {
      for (token, _) in lines { note(.auditFailed(token: token, reason: error.description)) }
    }
  }
}
