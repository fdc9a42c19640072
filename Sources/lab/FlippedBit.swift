import Glibc

/// A bit of a file that becomes another one.
struct FlippedBit {
  let path: String
  let offset: Int
  let mask: UInt8

  /// A bit chosen by chance; nothing where the file has none.
  init?(in path: String, _ random: inout some RandomNumberGenerator) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_size > 0 else { return nil }
    self.path = path
    offset = Int.random(in: 0..<Int(status.st_size), using: &random)
    mask = 1 << UInt8.random(in: 0..<8, using: &random)
  }

  /// Flips it.
  func flip() throws(LabError) {
    let file = unsafe open(path, O_RDWR | O_CLOEXEC)
    defer { close(file) }
    var byte: UInt8 = 0
    guard file >= 0, unsafe pread(file, &byte, 1, offset) == 1 else {
      throw .file(path: path, reason: "cannot be read at byte \(offset)")
    }
    byte ^= mask
    guard unsafe pwrite(file, &byte, 1, offset) == 1 else {
      throw .file(path: path, reason: "cannot be written at byte \(offset)")
    }
  }
}
