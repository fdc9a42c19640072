import FoundationEssentials
import Packing

/// Which cluster a worker's data belongs to and how often the worker was started, kept in a small
/// file beside the data.
struct WorkerIdentity: Equatable {
  var clusterID: UInt64
  var shardCount: Int
  var starts: UInt64

  private static func path(_ folder: String) -> String { "\(folder)/identity" }

  /// Reads the file, or nothing where there is none yet.
  static func read(in folder: String) throws(WorkerError) -> WorkerIdentity? {
    let path = path(folder)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      var reader = try ByteReader(
        verifyingChecksum: Array(try Data(contentsOf: URL(filePath: path))))
      return WorkerIdentity(
        clusterID: try reader.fixed(), shardCount: try reader.count("shards", limit: 1 << 20),
        starts: try reader.varint())
    } catch {
      throw WorkerError(
        "\(path) cannot be read (\(error)): restore it, or give the worker an empty folder",
        isStorage: true)
    }
  }

  /// Writes the file, whole or not at all.
  func write(in folder: String) throws(WorkerError) {
    var writer = ByteWriter()
    writer.fixed(clusterID)
    writer.count(shardCount)
    writer.varint(starts)
    writer.seal()
    do {
      try Data(writer.bytes).write(to: URL(filePath: Self.path(folder)), options: .atomic)
    } catch {
      throw WorkerError("cannot write \(Self.path(folder)): \(error)", isStorage: true)
    }
  }
}
