import Packing

/// The number of the last acknowledged commit, in a small file beside the database.
///
/// SQLite ends recovery at the first WAL frame whose checksum is wrong and silently forgets the
/// commits behind it. The database cannot know; this file does. It is written after a commit is
/// durable and before anyone hears of it, so it is never ahead of an undamaged database. It is not
/// flushed to disk each time: it survives the process, and after a power cut it may lag, which
/// makes the check weaker but never wrong.
public struct AcknowledgedMark: ~Copyable {
  private static let size = 16

  private let file: FileDescriptor

  /// Opens the mark and compares it with the commit number that the database was found with. With
  /// `acceptLoss` a mark that is ahead or damaged is set back to the database's number.
  public init(_ path: String, found: UInt64, acceptLoss: Bool) throws(StorageError) {
    let file = try FileDescriptor(path)
    let bytes = try file.read(limit: Self.size + 1)
    if !acceptLoss, !bytes.isEmpty {
      let acknowledged = try Self.number(bytes, path)
      guard acknowledged <= found else {
        throw StorageError(
          path: path, kind: .commitsLost(found: found, acknowledged: acknowledged))
      }
    }
    try file.resize(to: Self.size)
    try file.write(Self.bytes(of: found))
    self.file = file
  }

  private static func number(_ bytes: [UInt8], _ path: String) throws(StorageError) -> UInt64 {
    do {
      var reader = try ByteReader(verifyingChecksum: bytes)
      let number = try reader.fixed(UInt64.self)
      try reader.finish()
      return number
    } catch {
      throw StorageError(path: path, kind: .damagedMark, message: error.description)
    }
  }

  /// Writes the number of a commit that is durable. 16 bytes of one page: a killed process leaves
  /// the old number or the new one.
  public func record(_ number: UInt64) throws(StorageError) {
    try file.write(Self.bytes(of: number))
  }

  private static func bytes(of number: UInt64) -> [UInt8] {
    var writer = ByteWriter(capacity: size)
    writer.fixed(number)
    writer.seal()
    return writer.bytes
  }
}
