internal import CLinux
internal import Glibc

/// A counter in the kernel that poll loops can watch.
final class Wakeup: Sendable {
  let descriptor: Int32

  /// With `semaphore` each `take` takes one from the count.
  init(count: Int = 0, semaphore: Bool = false) throws(TrainerError) {
    let semaphore = semaphore ? granary_efd_semaphore : 0
    let flags = granary_efd_cloexec | granary_efd_nonblock | semaphore
    descriptor = eventfd(UInt32(count), Int32(flags))
    if descriptor < 0 { throw .system(call: "eventfd", errorNumber: errno) }
  }

  deinit { close(descriptor) }

  /// Adds one to the count, which makes the descriptor readable.
  func signal() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, 8)
  }

  /// Takes from the count, unless it is zero.
  func take() -> Bool {
    var value: UInt64 = 0
    return unsafe read(descriptor, &value, 8) == 8
  }
}

/// `poll` over a few descriptors.
enum Poll {
  /// Waits until one of the descriptors is ready and gives what each is ready for; all zero after
  /// the time or when a signal interrupts. Nil waits for ever.
  static func wait(_ wanted: [(descriptor: Int32, events: Int32)], milliseconds: Int?) -> [Int32] {
    var list = wanted.map { pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0) }
    let timeout = milliseconds.map { Int32(clamping: $0) } ?? -1
    let result = unsafe poll(&list, nfds_t(list.count), timeout)
    return list.map { result > 0 ? Int32($0.revents) : 0 }
  }
}
