import Glibc

/// Keys in files: comment lines that begin with `#`, and one line with the key as Z85.
///
/// A secret key file has mode 0600 (or 0400) and belongs to the user who runs the node, or it is
/// refused. Files appear whole or not at all, and an existing one is never overwritten.
public enum KeyFile {
  /// The largest key file.
  public static let maximumBytes = 4_096

  /// Writes the secret key that the pair can be made from again.
  public static func writeSecret(
    _ keys: CurveKeyPair, to path: String
  ) throws(MessagingError) {
    let text = """
      # Granary secret key. Whoever has it is this node: never copy it, never send it.
      # Its public key is \(keys.publicKey)
      \(keys.secret)

      """
    try SafeFile.create(path, mode: 0o600, Array(text.utf8))
  }

  /// Writes the public key, to be given to others.
  public static func writePublic(_ key: PublicKey, to path: String) throws(MessagingError) {
    try SafeFile.create(path, mode: 0o644, Array("# Granary public key.\n\(key)\n".utf8))
  }

  /// Puts a public key in the place of the one that is there, if any.
  public static func replacePublic(_ key: PublicKey, at path: String) throws(MessagingError) {
    try SafeFile.replace(path, mode: 0o644, Array("# Granary public key.\n\(key)\n".utf8))
  }

  /// Gives a file the name of another one in its folder, in whose place it comes: readers see the
  /// one or the other, also after a crash.
  public static func move(_ path: String, to name: String) throws(MessagingError) {
    try SafeFile.move(path, to: name)
  }

  /// Removes a file down to the disk; one that is not there is no error.
  public static func remove(_ path: String) throws(MessagingError) {
    try SafeFile.remove(path)
  }

  /// When the pair in a file was made: files of keys are never written into.
  public static func madeAt(_ path: String) -> Int64? {
    (try? SafeFile.stamp(of: path)).map { Int64($0.seconds) }
  }

  /// Reads a secret key that nobody else can read, and the public key that belongs to it.
  public static func readSecret(_ path: String) throws(MessagingError) -> CurveKeyPair {
    let (bytes, stamp) = try SafeFile.read(path, limit: maximumBytes) {
      status throws(MessagingError) in
      guard status.st_mode & 0o077 == 0 else {
        let mode = String(status.st_mode & 0o7777, radix: 8)
        throw .exposedSecret(path: path, mode: "0\(mode)")
      }
      guard status.st_uid == geteuid() else {
        throw .foreignSecret(path: path, owner: status.st_uid, user: geteuid())
      }
    }
    _ = stamp
    return try CurveKeyPair(secret: try onlyLine(of: bytes, path), source: path)
  }

  /// Reads a public key.
  public static func readPublic(_ path: String) throws(MessagingError) -> PublicKey {
    try publicKey(in: try SafeFile.read(path, limit: maximumBytes).bytes, path: path)
  }

  /// Reads the bytes of a public key's file; `path` names it in errors.
  package static func publicKey(
    in bytes: [UInt8], path: String
  ) throws(MessagingError) -> PublicKey {
    let line = try onlyLine(of: bytes, path)
    do { return try PublicKey(line) } catch { throw .notAKey(what: "what \(path) holds") }
  }

  private static func onlyLine(of bytes: [UInt8], _ path: String) throws(MessagingError) -> String {
    let lines = bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    )
    .filter { $0.first != UInt8(ascii: "#") }
    guard lines.count == 1 else {
      throw .file(
        path: path, reason: "has \(lines.count) lines beside comments; one key is expected")
    }
    return String(decoding: lines[0], as: UTF8.self)
  }
}
