import Coordination
import ShardStore
import Storage
import Threading
import WireProtocol

/// The thread that gives copies of shards to other workers and to backups, each from a snapshot
/// that it holds: it may wait for the disk while reads and units go on.
final class CopyDesk: Sendable {
  /// What is asked.
  enum Wish: Sendable {
    /// Rows for a copy, whose asker numbers its snapshot.
    case copy(RowsRequest, session: UInt64)
    /// A snapshot for a backup's cut, something about it, or its end.
    case cut(CutRequest)
    /// Rows out of it.
    case cutRows(CutRowsRequest)
  }

  /// A question, and who wants the packed answer.
  struct Question: Sendable {
    var wish: Wish
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
      let clerk = Clerk(folder, alarm)
      while true {
        let next = questions.take(timeoutMilliseconds: Self.expiryMilliseconds, atMost: 1)
        guard let question = next.first else {
          if questions.isClosed { return }
          clerk.expire()
          continue
        }
        question.answer(clerk.answer(question.wish))
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

  /// Who answers, on the thread.
  private struct Clerk {
    let copies: CopySessions
    let cuts: CutSessions
    let alarm: DamageAlarm

    init(_ folder: String, _ alarm: DamageAlarm) {
      copies = CopySessions(folder: folder)
      cuts = CutSessions(folder: folder)
      self.alarm = alarm
    }

    func expire() {
      copies.expire(at: .now)
      cuts.expire(at: .now)
    }

    func answer(_ wish: Wish) -> Message {
      var shard: Int?
      do throws(StorageError) {
        switch wish {
        case .copy(let request, let session):
          shard = request.shard
          return try rows(request, session)
        case .cut(let request): return try answer(request)
        case .cutRows(let request):
          shard = request.shard
          return try rows(request)
        }
      } catch {
        if let shard { alarm.note(error, shard: shard) }
        let reason = String(error.description.prefix(Limits.sentenceBytes / 2))
        return .refusal(Refusal(.failed, reason))
      }
    }

    private func rows(
      _ request: RowsRequest, _ session: UInt64
    ) throws(StorageError) -> Message {
      let found = try copies.chunk(
        session: session, shard: request.shard,
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
    }

    private func answer(_ request: CutRequest) throws(StorageError) -> Message {
      switch request.action {
      case .hold:
        guard try cuts.begin(request.session, at: .now) else {
          let reason =
            "as many backups are read here as may be; one ends, or is forgotten in a minute"
          return .refusal(Refusal(.busy, reason))
        }
        return .cutAnswer(CutAnswer(session: request.session))
      case .positions:
        let shards = request.shards.map(\.shard)
        guard let positions = try cuts.positions(of: shards, in: request.session, at: .now) else {
          return Self.gone
        }
        let entries = zip(shards, positions).map { CutAnswer.Entry(shard: $0, position: $1) }
        return .cutAnswer(CutAnswer(session: request.session, entries: entries))
      case .end, .goOn:
        cuts.end(request.session)
        return .cutAnswer(CutAnswer(session: request.session))
      }
    }

    private func rows(_ request: CutRowsRequest) throws(StorageError) -> Message {
      let found = try cuts.chunk(
        shard: request.shard, of: request.session,
        after: request.cursor.isEmpty ? nil : request.cursor, maximumBytes: Limits.payloadBytes,
        at: .now)
      guard let found else { return Self.gone }
      return .rows(RowsChunk(shard: request.shard, rows: found.bytes, next: found.next))
    }

    private static let gone = Message.refusal(
      Refusal(.stale, "the snapshot of this cut is gone: make another"))
  }
}
