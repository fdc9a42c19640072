import Glibc

/// Lets another thread run.
func yieldProcessor() { sched_yield() }

/// Whether a read would not wait.
func isReadable(_ descriptor: Int32) -> Bool {
  var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  return unsafe poll(&item, 1, 0) == 1
}
