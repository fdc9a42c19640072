import ShardStore
import Storage
import Threading

/// The thread that looks through all stored data for damage, slowly, round after round, so that it
/// is found while another copy can repair it and not when nobody has the rows any more.
final class Scrubber: Sendable {
  /// What is read between two pauses.
  private static let stepBytes = 256 << 10
  /// The least time between two rounds.
  private static let roundMilliseconds: Int64 = 60_000
  /// How long it waits after an error that says nothing about the data.
  private static let errorMilliseconds: Int64 = 10_000

  /// Nothing ever comes: closed, it ends the pauses.
  private let stopping = Mailbox<Bool>(limit: 1)
  private let thread: Thread?

  /// Starts the thread on the data in `folder`; none where the pace is 0.
  init(folder: String, bytesPerSecond: Int, _ alarm: DamageAlarm) throws(ThreadingError) {
    guard bytesPerSecond > 0 else {
      thread = nil
      return
    }
    let stopping = stopping
    thread = try Thread(name: "scrub") {
      var scrub: ShardScrub?
      while !stopping.isClosed {
        var pause = Self.errorMilliseconds
        do throws(StorageError) {
          let current: ShardScrub
          if let scrub { current = scrub } else { current = try ShardScrub(folder: folder) }
          scrub = current
          let step = try current.step(maximumBytes: Self.stepBytes, at: .now)
          for finding in step.findings { alarm.note(finding) }
          pause = Int64(step.bytes) * 1_000 / Int64(bytesPerSecond)
          if step.endsRound { pause = max(pause, Self.roundMilliseconds) }
        } catch {
          scrub = nil
          alarm.troubles.begin(.reading, error)
        }
        _ = stopping.take(timeoutMilliseconds: pause)
      }
    }
  }

  /// Ends the thread once what it is at is done.
  func stop() {
    stopping.close()
    thread?.join()
  }
}
