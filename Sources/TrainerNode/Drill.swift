internal import Glibc

/// Faults on order, for operators who rehearse: set one of these in the environment of a worker and
/// see that only the named item ends in quarantine.
///
/// | Variable                | On the item of that name the trainer |
/// |-------------------------|--------------------------------------|
/// | `GRANARY_DRILL_TRAP_SKU`| traps, as a programming error would  |
/// | `GRANARY_DRILL_HANG_SKU`| hangs until its deadline             |
struct Drill {
  static let trapVariable = "GRANARY_DRILL_TRAP_SKU"
  static let hangVariable = "GRANARY_DRILL_HANG_SKU"

  private let trapName: String?
  private let hangName: String?

  init(environment: [String: String]) {
    trapName = environment[Self.trapVariable]
    hangName = environment[Self.hangVariable]
  }

  /// Called with each item before the work.
  func rehearse(_ name: String) {
    // Bytes, not characters: what names an item is its bytes.
    if let trapName, trapName.utf8.elementsEqual(name.utf8) { Self.trap(at: name.utf8.count) }
    if let hangName, hangName.utf8.elementsEqual(name.utf8) { while true { pause() } }
  }

  private static func trap(at index: Int) {
    let nothing: [UInt8] = []
    _ = nothing[index]
  }
}
