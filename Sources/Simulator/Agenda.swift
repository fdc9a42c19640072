import Coordination

/// What will happen when: a heap by time, then by the order in which it was planned, so that one
/// seed gives one history.
struct Agenda<Event> {
  private struct Entry {
    var at: Instant
    var number: UInt64
    var slot: Int

    func precedes(_ other: Entry) -> Bool { (at, number) < (other.at, other.number) }
  }

  private var heap: [Entry] = []
  /// The events themselves, which need not move when the heap does.
  private var slots: [Event?] = []
  private var freeSlots: [Int] = []
  private var planned: UInt64 = 0

  mutating func plan(_ event: Event, at: Instant) {
    planned += 1
    let slot = freeSlots.popLast() ?? slots.count
    if slot == slots.count { slots.append(event) } else { slots[slot] = event }
    heap.append(Entry(at: at, number: planned, slot: slot))
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (at: Instant, event: Event)? {
    guard let first = heap.first else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[least]) {
        least = child
      }
      if least == parent { break }
      heap.swapAt(parent, least)
      parent = least
    }
    freeSlots.append(first.slot)
    return slots[first.slot].take().map { (first.at, $0) }
  }
}
