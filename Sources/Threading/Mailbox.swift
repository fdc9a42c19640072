/// A bounded queue from many threads to one or more readers.
///
/// A loop that polls takes with `drain()` after the mailbox's `WakeUp` woke it; a worker thread
/// blocks in `take`, which hands over everything that waits, so that it can be committed as a
/// group.
public final class Mailbox<Element: Sendable>: Sendable {
  /// The most elements that may wait.
  public let limit: Int
  private let wakeUp: WakeUp?
  private let state: Locked<State>

  private struct State: Sendable {
    /// The elements before `first` were taken one by one already.
    var elements: [Element] = []
    var first = 0
    var readersWaiting = 0
    var closed = false

    var count: Int { elements.count - first }

    mutating func take(atMost most: Int) -> [Element] {
      guard count > most else {
        let all = first == 0 ? elements : Array(elements[first...])
        elements = []
        first = 0
        return all
      }
      defer { first += most }
      // Shifting only when half is gone keeps taking one by one linear.
      if first > count {
        elements.removeFirst(first)
        first = 0
      }
      return Array(elements[first..<(first + most)])
    }
  }

  /// A mailbox of at most `limit` elements that signals `wakeUp`, if there is one, at every post.
  public init(limit: Int, wakeUp: WakeUp? = nil) {
    precondition(limit > 0, "a mailbox holds at least one element")
    self.limit = limit
    self.wakeUp = wakeUp
    state = Locked(State())
  }

  /// Puts an element at the end. False when the mailbox is full or closed: then it was not taken.
  public func post(_ element: Element) -> Bool {
    let (posted, waiting) = state.withLock { state in
      guard !state.closed, state.count < limit else { return (false, false) }
      state.elements.append(element)
      return (true, state.readersWaiting > 0)
    }
    if waiting { state.wakeOne() }
    if posted { wakeUp?.signal() }
    return posted
  }

  /// Takes what waits, without waiting.
  public func drain() -> [Element] {
    state.withLock { state in state.take(atMost: .max) }
  }

  /// Waits for at least one element and takes all, or `most` of them. Empty when nothing came in
  /// time (nil waits for ever), or when the mailbox was closed and is empty.
  public func take(timeoutMilliseconds: Int64?, atMost most: Int = .max) -> [Element] {
    precondition(most > 0, "taking at most \(most) elements would never take any")
    let deadline = timeoutMilliseconds.map { MonotonicClock().now + $0 }
    var counted = false
    return state.withLock(waitingUntil: deadline) { state in
      let blocked = state.count == 0 && !state.closed
      if blocked, !counted {
        state.readersWaiting += 1
        counted = true
      }
      return blocked
    } _: { state in
      if counted { state.readersWaiting -= 1 }
      return state.take(atMost: most)
    }
  }

  /// Refuses further posts and wakes the readers; what waits can still be taken.
  public func close() {
    state.withLock { $0.closed = true }
    state.wakeAll()
    wakeUp?.signal()
  }

  /// Whether `close()` was called.
  public var isClosed: Bool { state.withLock { $0.closed } }

  /// How many elements wait, for a metric; it may have changed when the caller reads it.
  public var count: Int { state.withLock { $0.count } }
}
