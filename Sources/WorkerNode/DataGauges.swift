import FoundationEssentials
import Glibc
import ShardStore
import Storage

/// How much data there is and how full its disk is. Measuring touches the disk and may take its
/// time, so a thread of its own does it.
struct DataGauges: Sendable {
  var skus: UInt64 = 0
  var databaseBytes: UInt64 = 0
  var diskFreeBytes: UInt64 = 0

  /// What is tried to be written after a write has failed: what shares a commit must fit.
  private static let probeBytes = 16 << 20

  /// Nothing measured yet.
  init() {}

  /// Measures, and finds out whether a disk that could not be written can be again: nobody may
  /// write for a long time, and `status` should not stay red for that.
  init(of folder: String, with reader: ShardReader, _ troubles: Troubles) {
    do {
      skus = UInt64(try reader.summaries().reduce(0) { $0 + $1.skuCount })
      troubles.end(.reading)
    } catch { troubles.begin(.reading, error) }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      var file = stat()
      if unsafe stat("\(folder)/\(name)", &file) == 0 { databaseBytes += UInt64(file.st_size) }
    }
    var disk = statvfs()
    if unsafe statvfs(folder, &disk) == 0 {
      diskFreeBytes = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
    }
    if troubles.has(.writing), Self.canWrite(in: folder) { troubles.end(.writing) }
  }

  private static func canWrite(in folder: String) -> Bool {
    let path = "\(folder)/granary.probe"
    defer { unsafe unlink(path) }
    do {
      try Data(count: probeBytes).write(to: URL(filePath: path))
      return true
    } catch { return false }
  }
}
