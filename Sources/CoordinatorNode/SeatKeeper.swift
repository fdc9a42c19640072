public import ClusterStore
import Storage
import Telemetry
public import Threading

/// The thread that says, again and again, that the coordinator that leads is alive; and says to it
/// when it leads no more.
public final class SeatKeeper: Sendable {
  /// The time between two signs of life: several in the shortest lease.
  private static let renewMilliseconds: Int64 = 500

  private let seat: any LeaderSeat
  private let stopping = Mailbox<Bool>(limit: 1)
  private let thread: Thread

  /// Keeps a seat that was taken, and nobody else can have before `until`; `lost` is called at most
  /// once, from the keeper's thread.
  public init(
    _ seat: any LeaderSeat, _ term: SeatTerm, until: Moment,
    lost: @escaping @Sendable (String) -> Void
  ) throws(ThreadingError) {
    self.seat = seat
    let stopping = stopping
    thread = try Thread(name: "seat") {
      let clock = MonotonicClock()
      let logger = Logger("seat")
      var until = until
      var trouble = ""
      while true {
        _ = stopping.take(timeoutMilliseconds: Self.renewMilliseconds)
        if stopping.isClosed { return }
        do throws(StorageError) {
          guard let next = try seat.renew(term) else {
            return lost("the seat of term \(term.number) was given to another, or taken away")
          }
          if !trouble.isEmpty { logger.info("the seat can be renewed again") }
          (until, trouble) = (next, "")
        } catch {
          if trouble.isEmpty { logger.warning("the seat cannot be renewed: \(error)") }
          trouble = error.description
          if error.kind == .seatLost || clock.now >= until {
            return lost("the seat was not renewed in time: \(trouble)")
          }
        }
      }
    }
  }

  /// Ends the thread and gives the seat back, so that another one need not wait for the lease's
  /// end.
  public func stop() {
    stopping.close()
    thread.join()
    seat.resign()
  }
}
