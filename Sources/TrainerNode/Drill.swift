internal import Glibc

/// Faults on order, for operators who rehearse: set one of these in the environment of a worker and
/// see that only the named item ends in quarantine.
///
/// | Variable                | On the item of that name the trainer |
/// |-------------------------|--------------------------------------|
/// | `GRANARY_DRILL_TRAP_SKU`| traps, as a programming error would  |
/// | `GRANARY_DRILL_HANG_SKU`| hangs until its deadline             |
///
/// A name that ends with `*` is every name that begins like it.
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
    if let trapName, Self.matches(trapName, name) { Self.trap(at: name.utf8.count) }
    if let hangName, Self.matches(hangName, name) { while true { pause() } }
  }

  /// Bytes, not characters: what names an item is its bytes.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    pattern.utf8.last == UInt8(ascii: "*")
      ? name.utf8.starts(with: pattern.utf8.dropLast())
      : pattern.utf8.elementsEqual(name.utf8)
  }

  private static func trap(at index: Int) {
    let nothing: [UInt8] = []
    _ = nothing[index]
  }
}
