import CSQLite
import Glibc
import Synchronization

/// A disk that can be told not to confirm what is written to a WAL. Under it is SQLite's own file
/// system; files whose path does not have the name in it are left alone.
enum FaultyDisk {
  /// What the path of a file on the faulty disk has in it.
  static let name = "faulty-disk"
  static let isFailing = Atomic(false)

  // What the C functions need, which cannot capture anything: addresses of things that stay.
  private static let system = Atomic<UInt>(0), whole = Atomic<UInt>(0), faulty = Atomic<UInt>(0)

  /// Puts the faulty disk under all connections that are opened from here on.
  static let isInstalled: Bool = {
    guard let found = unsafe sqlite3_vfs_find(nil) else { return false }
    system.store(UInt(bitPattern: found), ordering: .relaxed)
    let disk = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    unsafe disk.initialize(to: found.pointee)
    unsafe disk.pointee.zName = UnsafePointer(strdup(name))
    unsafe disk.pointee.xOpen = { _, path, file, flags, given in
      let address = FaultyDisk.system.load(ordering: .relaxed)
      let system = unsafe UnsafeMutablePointer<sqlite3_vfs>(bitPattern: address)
      guard let system = unsafe system, let open = unsafe system.pointee.xOpen else {
        return SQLITE_CANTOPEN
      }
      let code = unsafe open(system, path, file, flags, given)
      if code == SQLITE_OK, let path = unsafe path, let file = unsafe file,
        let methods = unsafe file.pointee.pMethods, unsafe isFaulty(String(cString: path))
      {
        unsafe file.pointee.pMethods = FaultyDisk.methods(over: methods)
      }
      return code
    }
    return unsafe sqlite3_vfs_register(disk, 1) == SQLITE_OK
  }()

  private static func isFaulty(_ path: String) -> Bool {
    path.contains(name) && path.hasSuffix("-wal")
  }

  /// The methods of a file whose sync fails when it is to. SQLite's file system has one set of
  /// methods for all WALs, and another for databases.
  private static func methods(
    over sound: UnsafePointer<sqlite3_io_methods>
  ) -> UnsafePointer<sqlite3_io_methods> {
    let made = unsafe UnsafePointer<sqlite3_io_methods>(
      bitPattern: faulty.load(ordering: .relaxed))
    if let made = unsafe made { return unsafe made }
    whole.store(UInt(bitPattern: sound), ordering: .relaxed)
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    unsafe methods.initialize(to: sound.pointee)
    unsafe methods.pointee.xSync = { file, flags in
      // SQLITE_IOERR_FSYNC, a macro that the importer does not see.
      if FaultyDisk.isFailing.load(ordering: .relaxed) { return SQLITE_IOERR | 4 << 8 }
      let address = FaultyDisk.whole.load(ordering: .relaxed)
      let whole = unsafe UnsafePointer<sqlite3_io_methods>(bitPattern: address)
      return unsafe whole?.pointee.xSync?(file, flags) ?? SQLITE_IOERR
    }
    faulty.store(UInt(bitPattern: methods), ordering: .relaxed)
    return unsafe UnsafePointer(methods)
  }
}
