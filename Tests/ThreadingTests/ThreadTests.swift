import Glibc
import Testing

@testable import Threading

@Suite("Threads")
struct ThreadTests {
  @Test("Four threads that count together under a lock lose nothing")
  func locked() throws {
    let count = Locked(0)
    let threads = try (0..<4).map { index in
      try Thread(name: "count-\(index)") {
        for _ in 0..<10_000 { count.withLock { $0 += 1 } }
      }
    }
    for thread in threads { thread.join() }
    #expect(count.withLock { $0 } == 40_000)
  }

  @Test("A value that was locked is freed with its lock")
  func lockedFrees() {
    final class Thing {
      let freed: Mailbox<Int>
      init(_ freed: Mailbox<Int>) { self.freed = freed }
      deinit { _ = freed.post(1) }
    }
    let freed = Mailbox<Int>(limit: 1)
    do {
      let thing = Locked(Thing(freed))
      thing.withLock { _ in }
      #expect(freed.count == 0)
    }
    #expect(freed.count == 1)
  }

  @Test("An error leaves a lock open again")
  func lockedThrows() {
    let value = Locked(1)
    #expect(throws: ThreadingError.self) {
      try value.withLock { _ throws(ThreadingError) in
        throw ThreadingError.system(call: "test", code: EINVAL)
      }
    }
    #expect(value.withLock { $0 } == 1)
  }

  @Test("A thread carries its name, cut to what the kernel keeps")
  func name() throws {
    let seen = Mailbox<String>(limit: 1)
    let thread = try Thread(name: "a-name-longer-than-the-kernel-keeps") {
      var text = [CChar](repeating: 0, count: 64)
      // Comes from prctl in C, which is variadic: the kernel's file says the same.
      let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
      let count = unsafe read(file, &text, 63)
      close(file)
      let bytes = text.prefix(max(0, count - 1)).map(UInt8.init(bitPattern:))
      _ = seen.post(String(decoding: bytes, as: UTF8.self))
    }
    thread.join()
    thread.join()
    #expect(seen.drain() == ["a-name-longer-t"])
  }

  @Test("A pool runs every job that it took, before it stops")
  func pool() throws {
    let pool = try ComputePool(name: "pool", threadCount: 3, queueLimit: 1_000)
    let sum = Locked(0)
    for number in 1...1_000 { #expect(pool.submit { sum.withLock { $0 += number } }) }
    pool.stop()
    #expect(sum.withLock { $0 } == 500_500)
    #expect(!pool.submit {})
  }

  @Test("A pool whose queue is full refuses a job")
  func poolFull() throws {
    let pool = try ComputePool(name: "pool", threadCount: 1, queueLimit: 1)
    let (began, gate) = (Mailbox<Int>(limit: 1), Mailbox<Int>(limit: 1))
    #expect(
      pool.submit {
        _ = began.post(1)
        _ = gate.take(timeoutMilliseconds: nil)
      })
    _ = began.take(timeoutMilliseconds: nil)
    #expect(pool.submit {})
    #expect(!pool.submit {})
    #expect(gate.post(1))
    pool.stop()
  }

  @Test("Moments of the monotonic clock never go back")
  func clock() {
    let clock = MonotonicClock()
    let first = clock.now
    #expect(clock.now >= first)
    #expect((first + 250) - first == 250)
  }

  @Test("Signals reach the handler in their order and by their names")
  func signals() throws {
    let seen = Mailbox<Signal>(limit: 4)
    let signals = try Signals { _ = seen.post($0) }
    for (number, signal) in [(SIGHUP, Signal.hangUp), (SIGINT, .interrupt), (SIGTERM, .terminate)] {
      signals.deliver(number)
      #expect(seen.take(timeoutMilliseconds: nil) == [signal])
    }
    signals.stop()
    #expect(seen.drain().isEmpty)
  }
}
