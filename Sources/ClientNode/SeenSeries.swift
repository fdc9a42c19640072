/// The last day that an input had a row for, by SKU and location, to count the rows that add to an
/// earlier one: in inputs whose rows go forward in time, by SKU or all together, these are the rows
/// of that very day. Of a row that goes back in time nobody can say without remembering every row.
///
/// Series are known by fingerprints of 64 bits: of four million two are taken for one with a chance
/// of one in two million.
struct SeenSeries {
  /// How many series are remembered; rows of others are not looked at.
  static let maximumCount = 4 << 20
  private static let start = 1 << 10

  private struct Slot {
    /// 0 where there is none.
    var fingerprint: UInt64 = 0
    var day: Int32 = 0
  }

  /// Linear probing, never more than half full.
  private var slots: [Slot]
  private var count = 0
  /// Where the last row's series is: rows come in runs of one, more often than not.
  private var last = 0
  /// The rows so far for a SKU, location and day that had one.
  private(set) var repeats = 0
  /// Whether every row was looked at and none went back in time, so that no repeat was missed.
  private(set) var isComplete = true

  init() { slots = [Slot](repeating: Slot(), count: Self.start) }

  /// What stands in the place of another while that is in use.
  static let none = SeenSeries(slots: [])

  private init(slots: [Slot]) { self.slots = slots }

  /// Counts a row of the SKU with this digest.
  @inline(__always)
  mutating func add(digest: UInt64, location: UnsafeBufferPointer<UInt8>, day: Int32) {
    var mixed = digest
    for index in 0..<location.count {
      mixed = unsafe (mixed ^ UInt64(location[index])) &* 0x100_0000_01B3
    }
    // The lowest bits of a product depend on few of its factors'.
    mixed ^= mixed >> 32
    if mixed == 0 { mixed = 1 }
    if slots[last].fingerprint != mixed {
      guard find(mixed, day) else { return }
    }
    let known = slots[last].day
    if day > known {
      slots[last].day = day
    } else if day == known {
      repeats &+= 1
    } else {
      isComplete = false
    }
  }

  /// Stands on a series; false where it is new, and then remembered with its day.
  @inline(never)
  private mutating func find(_ fingerprint: UInt64, _ day: Int32) -> Bool {
    let slot = Self.slot(of: fingerprint, in: slots)
    if slots[slot].fingerprint == fingerprint {
      last = slot
      return true
    }
    guard count < Self.maximumCount else {
      isComplete = false
      return false
    }
    slots[slot] = Slot(fingerprint: fingerprint, day: day)
    last = slot
    count += 1
    if count * 2 > slots.count { grow() }
    return false
  }

  private mutating func grow() {
    var larger = [Slot](repeating: Slot(), count: slots.count * 2)
    for slot in slots where slot.fingerprint != 0 {
      larger[Self.slot(of: slot.fingerprint, in: larger)] = slot
    }
    slots = larger
    last = 0
  }

  /// The slot that holds a series, or the empty one where it belongs.
  private static func slot(of fingerprint: UInt64, in slots: [Slot]) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: fingerprint) & mask
    while slots[slot].fingerprint != 0, slots[slot].fingerprint != fingerprint {
      slot = (slot + 1) & mask
    }
    return slot
  }
}
