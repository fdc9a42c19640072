import Glibc

/// What the calling thread has used of a processor: fairer than the clock where other work is near.
enum ProcessorTime {
  static var nanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  static func seconds(since start: UInt64) -> Double { Double(nanoseconds - start) / 1e9 }
}
