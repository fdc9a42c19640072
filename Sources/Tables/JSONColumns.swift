/// The keys of the objects of a file, numbered as columns, and found by their bytes.
struct JSONColumns {
  /// The most columns, and the most keys that are watched.
  static let maximumCount = DelimitedReader.maximumFields

  private let isUniform: Bool
  private var names: [[UInt8]] = []
  /// Whether new keys become columns without a word.
  private var isOpen = true
  private var newKeys: [String] = []
  /// By the place of a key in an object, the column that it was the last time: nearly always it is
  /// the same again. -1 where it was none.
  private var usual: [Int] = []
  private var place = 0
  /// The columns that the object at hand has, as bits.
  private var seen: UInt64 = 0

  init(isUniform: Bool) { self.isUniform = isUniform }

  var count: Int { names.count }

  /// Ends the first object; returns its keys. The known columns that it has not follow them.
  mutating func close(known: [String]) -> [String] {
    let given = names.map { String(decoding: $0, as: UTF8.self) }
    let spelt = Set(given.map { $0.lowercased() })
    if !isUniform {
      for name in known where !spelt.contains(name.lowercased()) && names.count < Self.maximumCount
      {
        names.append(Array(name.utf8))
      }
    }
    isOpen = false
    return given
  }

  mutating func takeNewKeys() -> [String] {
    guard !newKeys.isEmpty else { return [] }
    defer { newKeys = [] }
    return newKeys
  }

  /// Begins an object.
  mutating func begin() {
    place = 0
    seen = 0
  }

  /// The column of the object's next key; nothing where nobody asks for it.
  @inline(__always)
  mutating func column(_ key: UnsafeBufferPointer<UInt8>) throws(JSONFault) -> Int? {
    let column: Int
    if place < usual.count, usual[place] >= 0, unsafe Self.isEqual(names[usual[place]], key) {
      column = usual[place]
    } else {
      guard let found = unsafe try find(key) else { return nil }
      column = found
    }
    place &+= 1
    guard seen & 1 << UInt64(column) == 0 else {
      throw .repeated(unsafe Self.text(key))
    }
    seen |= 1 << UInt64(column)
    return column
  }

  @inline(never)
  private mutating func find(_ key: UnsafeBufferPointer<UInt8>) throws(JSONFault) -> Int? {
    guard place < Self.maximumCount else { throw .tooManyKeys }
    let column = unsafe try lookUp(key)
    if place < usual.count {
      usual[place] = column ?? -1
    } else {
      usual.append(column ?? -1)
    }
    if column == nil { place += 1 }
    return column
  }

  private mutating func lookUp(_ key: UnsafeBufferPointer<UInt8>) throws(JSONFault) -> Int? {
    for index in names.indices where unsafe Self.isEqual(names[index], key) { return index }
    let text = unsafe Self.text(key)
    if !isOpen {
      let lowered = text.lowercased()
      for index in names.indices
      where String(decoding: names[index], as: UTF8.self).lowercased() == lowered { return index }
      guard !isUniform else { throw .unknown(text) }
    }
    // What nobody asks for is not numbered for ever.
    guard names.count < Self.maximumCount else { return nil }
    unsafe names.append(Array(key))
    if !isOpen { newKeys.append(text) }
    return names.count - 1
  }

  private static func text(_ key: UnsafeBufferPointer<UInt8>) -> String {
    unsafe RejectedRow.excerpt(key, limit: 40)
  }

  @inline(__always)
  private static func isEqual(_ name: [UInt8], _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    guard name.count == key.count else { return false }
    for index in 0..<key.count where unsafe name[index] != key[index] { return false }
    return true
  }
}
