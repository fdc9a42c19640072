import Glibc

/// A value that one thread at a time may touch.
///
/// It is backed by a pthread mutex: the thread sanitizer understands those, while
/// `Synchronization.Mutex` reports races on Linux that are none, and slows down under contention.
///
/// Unchecked because the pointers hide the value from the compiler: it is reached only between lock
/// and unlock, comes in and leaves as `sending`, and so belongs to no other region.
@safe
public final class Locked<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private let value: UnsafeMutablePointer<Value>

  /// Takes the value over.
  public init(_ initial: sending Value) {
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe value = .allocate(capacity: 1)
    unsafe value.initialize(to: initial)
    unsafe pthread_mutex_init(mutex, nil)
    // Deadlines are moments of the monotonic clock: a corrected wall clock must not stretch them.
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(changed, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(mutex)
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
    unsafe changed.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone with the value. Calling it again from inside `body` would wait for itself.
  public func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try unsafe body(&value.pointee)
  }

  /// Waits while `blocked` holds, until `deadline` at most, and then runs `body` with the value,
  /// whichever came first.
  package func withLock<Result>(
    waitingUntil deadline: Moment?, while blocked: (inout Value) -> Bool,
    _ body: (inout sending Value) -> sending Result
  ) -> sending Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while unsafe blocked(&value.pointee) {
      guard let deadline else {
        unsafe pthread_cond_wait(changed, mutex)
        continue
      }
      var time = timespec(
        tv_sec: Int(deadline.milliseconds / 1000),
        tv_nsec: Int(deadline.milliseconds % 1000) * 1_000_000)
      if unsafe pthread_cond_timedwait(changed, mutex, &time) == ETIMEDOUT { break }
    }
    return unsafe body(&value.pointee)
  }

  /// Wakes one waiting thread.
  package func wakeOne() { unsafe pthread_cond_signal(changed) }

  /// Wakes all waiting threads.
  package func wakeAll() { unsafe pthread_cond_broadcast(changed) }
}
