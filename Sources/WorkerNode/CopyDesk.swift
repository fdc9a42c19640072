import Coordination
import ShardStore
import Storage
import Threading
import WireProtocol

/// The thread that gives copies of shards to other workers, each from a snapshot that it holds: it
/// may wait for the disk while reads and units go on.
final class CopyDesk: Sendable {
  /// A question for rows of a copy, and who wants the packed answer.
  struct Question: Sendable {
    var request: RowsRequest
    var session: UInt64
    var answer: @Sendable (Message) -> Void
  }

  /// How many questions may wait: each of them is one of a copy that waits for its answer.
  private static let maximumWaiting = 256
  /// How often snapshots that nobody asks for any more are let go.
  private static let expiryMilliseconds: Int64 = 1_000

  private let questions = Mailbox<Question>(limit: CopyDesk.maximumWaiting)
  private let thread: Thread

  /// Starts the thread on the data in `folder`.
  init(folder: String, _ alarm: DamageAlarm) throws(ThreadingError) {
    let questions = questions
    thread = try Thread(name: "copies") {
      let sessions = CopySessions(folder: folder)
      while true {
        let next = questions.take(timeoutMilliseconds: Self.expiryMilliseconds, atMost: 1)
        guard let question = next.first else {
          if questions.isClosed { return }
          sessions.expire(at: .now)
          continue
        }
        question.answer(Self.answer(question, sessions, alarm))
      }
    }
  }

  /// Takes a question; false when too many wait.
  func submit(_ question: Question) -> Bool { questions.post(question) }

  /// Ends the thread once what it is at is done.
  func stop() {
    questions.close()
    thread.join()
  }

  private static func answer(
    _ question: Question, _ sessions: CopySessions, _ alarm: DamageAlarm
  ) -> Message {
    let request = question.request
    do throws(StorageError) {
      let found = try sessions.chunk(
        session: question.session, shard: request.shard,
        after: request.cursor.isEmpty ? nil : request.cursor, maximumBytes: Limits.payloadBytes,
        at: .now)
      switch found {
      case .chunk(let rows, let next):
        return .rows(RowsChunk(shard: request.shard, rows: rows, next: next))
      case .unknown:
        return .refusal(Refusal(.stale, "the snapshot of this copy is gone: start over"))
      case .busy:
        return .refusal(Refusal(.busy, "as many shards are being copied as may be; ask again"))
      }
    } catch {
      alarm.note(error, shard: request.shard)
      let reason = String(error.description.prefix(Limits.sentenceBytes / 2))
      return .refusal(Refusal(.failed, reason))
    }
  }
}
