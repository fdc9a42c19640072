/// Checks names: SKUs, locations, categories.
enum NameText {
  /// Whether the bytes are 1 to `limit` bytes of UTF-8. Most names are ASCII and done in one pass.
  @inline(__always)
  static func isName(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> Bool {
    guard bytes.count > 0, bytes.count <= limit else { return false }
    var seen: UInt8 = 0
    for index in 0..<bytes.count { unsafe seen |= bytes[index] }
    return seen < 0x80 ? true : unsafe isUTF8(bytes)
  }

  @inline(never)
  static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe String(validating: bytes, as: UTF8.self) != nil
  }

  /// Why a name was not taken.
  static func complaint(_ column: String, _ text: String, bytes: Int, _ limit: Int) -> String {
    if bytes == 0 { return "\(column) is empty; fill it or remove the row" }
    if bytes > limit {
      return "\(column) \"\(text)\" has \(bytes) bytes, at most \(limit) are taken; shorten it"
    }
    return "\(column) \"\(text)\" is not UTF-8; save the file as UTF-8, or convert it: "
      + "iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW"
  }
}

/// Reads yes and no.
enum FlagText {
  /// 1, 0, true, false, yes or no in any case; empty is no, unless it is said to be yes.
  @inline(__always)
  static func flag(_ bytes: UnsafeBufferPointer<UInt8>, whenEmpty: Bool = false) -> Bool? {
    if bytes.isEmpty { return whenEmpty }
    if bytes.count == 1 {
      if unsafe bytes[0] == UInt8(ascii: "0") { return false }
      if unsafe bytes[0] == UInt8(ascii: "1") { return true }
    }
    return unsafe word(bytes, whenEmpty)
  }

  @inline(never)
  private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ whenEmpty: Bool) -> Bool? {
    switch unsafe String(decoding: NumberText.trimmed(bytes), as: UTF8.self).lowercased() {
    case "": whenEmpty
    case "0", "false", "no": false
    case "1", "true", "yes": true
    default: nil
    }
  }
}
