import Packing

/// Numbers names in order of first appearance and finds them by their bytes without allocating.
///
/// Linear probing over twice as many slots as names or more. `String` keys would not do: they
/// equate composed and decomposed accents.
package struct NameIndex: Sendable {
  private var slots: [Int32] = Array(repeating: -1, count: 16)
  package private(set) var names: [[UInt8]] = []
  /// Rows come in runs of one name, so the last one found is tried first.
  private var last = -1

  package init() {}

  /// The number of `name`, or nothing.
  package mutating func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    if last >= 0, unsafe Self.equal(names[last], name) { return last }
    let slot = unsafe slot(of: name)
    guard slots[slot] >= 0 else { return nil }
    last = Int(slots[slot])
    return last
  }

  /// The number of `name`, a new one where it was not seen before.
  package mutating func findOrInsert(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    if let found = unsafe find(name) { return found }
    unsafe names.append(Array(name))
    if names.count * 2 > slots.count {
      slots = Array(repeating: -1, count: slots.count * 2)
      for number in 0..<(names.count - 1) {
        unsafe names[number].withUnsafeBufferPointer {
          unsafe slots[slot(of: $0)] = Int32(number)
        }
      }
    }
    last = names.count - 1
    unsafe slots[slot(of: name)] = Int32(last)
    return last
  }

  /// The slot that holds `name`, or the empty one where it belongs.
  private func slot(of name: UnsafeBufferPointer<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: unsafe XXH64.hash(UnsafeRawBufferPointer(name))) & mask
    while slots[slot] >= 0, unsafe !Self.equal(names[Int(slots[slot])], name) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private static func equal(_ known: [UInt8], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard known.count == name.count else { return false }
    for index in 0..<name.count where unsafe known[index] != name[index] { return false }
    return true
  }
}
