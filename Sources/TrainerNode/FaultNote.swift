internal import Glibc
internal import Synchronization

/// Notes for the crew, while the process goes down, whether memory had run out: Swift ends a
/// process in the same ways when an allocation fails as for any other fault.
enum FaultNote {
  /// When the address space has less than this left, memory has run out whatever `errno` says.
  private static let probeBytes = 1 << 20

  // Written once before the handlers are installed, then only read, by them.
  nonisolated(unsafe) private static var note: UnsafeMutablePointer<Atomic<UInt64>>?

  /// Installs the handlers. The page of the breadcrumb must stay mapped until the process ends.
  static func install(_ breadcrumb: borrowing Breadcrumb) {
    unsafe note = breadcrumb.memoryNote
    for signal in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
      var action = sigaction()
      // The default action follows: the handler is gone when the signal comes again.
      action.sa_flags = Int32(truncatingIfNeeded: SA_RESETHAND)
      unsafe action.__sigaction_handler.sa_handler = { FaultNote.write(beforeDyingOf: $0) }
      unsafe sigaction(signal, &action, nil)
    }
  }

  /// Runs in a signal handler: system calls and an atomic store, nothing else.
  private static func write(beforeDyingOf signal: Int32) {
    var exhausted = errno == ENOMEM
    let probe = unsafe mmap(
      nil, probeBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    if unsafe probe == MAP_FAILED { exhausted = true } else { unsafe munmap(probe, probeBytes) }
    if exhausted { unsafe note?.pointee.store(1, ordering: .releasing) }
    // Also for signals that were sent: no instruction would raise those again.
    raise(signal)
  }
}
