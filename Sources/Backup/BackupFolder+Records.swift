import Packing

/// The coordinator's records in a backup: opaque parts, one after the other.
extension BackupFolder {
  /// The most parts.
  private static let mostParts = 1 << 16
  /// The most bytes of all parts.
  private static let mostBytes = 1 << 30

  /// Puts records there, and says in which blocks they are.
  public func write(records parts: [[UInt8]]) throws(BackupError) -> [BlockName] {
    var writer = ByteWriter()
    writer.count(parts.count)
    for part in parts { writer.blob(part) }
    writer.seal()
    let bytes = writer.bytes
    return try stride(from: 0, to: bytes.count, by: BlockCutter.mostBytes).map {
      start throws(BackupError) in
      let end = min(bytes.count, start + BlockCutter.mostBytes)
      return try write(Array(bytes[start..<end])).block
    }
  }

  /// The records of a cut.
  public func records(of cut: BackupCut) throws(BackupError) -> [[UInt8]] {
    var bytes: [UInt8] = []
    for block in cut.records { bytes += try read(block, content: "the coordinator's records") }
    do throws(PackingError) {
      var reader = try ByteReader(verifyingChecksum: bytes)
      var parts: [[UInt8]] = []
      for _ in 0..<(try reader.count("records", limit: Self.mostParts, minimumBytes: 1)) {
        parts.append(try reader.blob("record", limit: Self.mostBytes))
      }
      try reader.finish()
      return parts
    } catch {
      throw .damaged(
        path: "\(path)/cuts", content: "the coordinator's records", reason: "\(error)")
    }
  }
}
