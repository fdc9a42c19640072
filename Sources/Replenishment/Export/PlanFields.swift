import Demand

/// The fields of a line in their making, one after the other in one place.
public struct PlanFields: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  /// No fields.
  public init() {}

  /// Forgets the fields and keeps the room.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  /// Shows every field, as UTF-8.
  @unsafe public func forEach(_ body: (_ field: Int, UnsafeBufferPointer<UInt8>) -> Void) {
    unsafe bytes.withUnsafeBufferPointer { all in
      var start = 0
      for (field, end) in ends.enumerated() {
        unsafe body(field, UnsafeBufferPointer(rebasing: all[start..<end]))
        start = end
      }
    }
  }

  /// The fields one by one.
  public var texts: [String] {
    var start = 0
    return ends.map { end in
      defer { start = end }
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
  }

  /// The next field: text.
  public mutating func text(_ value: String) { end { $0.append(contentsOf: value.utf8) } }
  mutating func sku(_ value: SKU) { end { $0.append(contentsOf: value.bytes) } }
  mutating func location(_ value: Location) { end { $0.append(contentsOf: value.bytes) } }
  mutating func phrase(_ value: Phrase) { end { $0.append(contentsOf: value.bytes) } }
  mutating func day(_ value: Day) { end { Figure.append(value, to: &$0) } }
  mutating func count(_ value: Int) { end { Figure.append(value, to: &$0) } }
  mutating func number(_ value: Double, decimals: Int = 2) {
    end { Figure.append(value, decimals: decimals, to: &$0) }
  }

  private mutating func end(_ write: (inout [UInt8]) -> Void) {
    write(&bytes)
    ends.append(bytes.count)
  }
}
