import CommandLineArguments
import Glibc
import Packing
import Tables

/// The files of a plan in a folder, with `manifest.json`: how many rows each has, and XXH64 of its
/// bytes, in all and by shard.
///
/// Nothing is there half-written: each file is made beside its name, all are brought to the disk,
/// the manifest of an earlier plan goes, then the files get their names and the new manifest comes
/// last. A folder with a manifest holds the files that it names.
final class PlanFolder {
  /// The name of the manifest.
  static let manifestName = "manifest.json"

  private struct Part {
    var rows = 0
    var hash = XXH64()
  }

  private final class File {
    let name: String
    let target: OutputTarget
    var rows = 0
    var hash = XXH64()
    var parts: [Int: Part] = [:]

    init(name: String, path: String) throws(TableError) {
      self.name = name
      target = try OutputTarget(path: path)
    }
  }

  private let folder: String
  private let asJSON: Bool
  private var files: [String: File] = [:]
  private var order: [String] = []

  /// Puts a plan into a folder that is there.
  init(folder: String, asJSON: Bool) {
    self.folder = folder
    self.asJSON = asJSON
  }

  /// Begins a file of rows with these columns.
  func begin(_ table: String, columns: [String]) throws(TableError) {
    let name = "\(table).\(asJSON ? "ndjson" : "csv")"
    let file = try File(name: name, path: "\(folder)/\(name)")
    files[table] = file
    order.append(table)
    try write(RowText.header(columns, asJSON: asJSON), to: file)
  }

  /// Appends rows of a shard, or of none.
  func append(_ rows: RowText, to table: String, shard: Int?) throws(TableError) {
    guard let file = files[table], rows.rowCount > 0 else { return }
    let bytes = rows.bytes
    try write(bytes, to: file)
    file.rows += rows.rowCount
    guard let shard else { return }
    file.parts[shard, default: Part()].rows += rows.rowCount
    file.parts[shard, default: Part()].hash.update(bytes)
  }

  /// How many rows a table has.
  func rows(of table: String) -> Int { files[table]?.rows ?? 0 }

  /// Puts all files into their places; `head` writes what the manifest says of the plan as a whole.
  func finish(_ head: (inout JSONText) -> Void) throws(TableError) {
    for table in order { try files[table]?.target.settle() }
    let manifest = try OutputTarget(path: "\(folder)/\(Self.manifestName)")
    try manifest.write(self.manifest(head))
    try manifest.settle()
    unsafe unlink("\(folder)/\(Self.manifestName)")
    for table in order { try files[table]?.target.publish() }
    try manifest.publish()
  }

  private func write(_ bytes: [UInt8], to file: File) throws(TableError) {
    file.hash.update(bytes)
    try file.target.write(bytes)
  }

  private func manifest(_ head: (inout JSONText) -> Void) -> String {
    var json = JSONText()
    json.object { json in
      head(&json)
      json.array("files") { json in
        for table in order {
          if let file = files[table] { json.object { json in Self.write(file, &json) } }
        }
      }
    }
    json.newline()
    return json.drain()
  }

  private static func write(_ file: File, _ json: inout JSONText) {
    json.member("name", file.name)
    json.member("rows", file.rows)
    json.member("xxh64", hex(file.hash.digest()))
    guard !file.parts.isEmpty else { return }
    json.array("shards") { json in
      for (shard, part) in file.parts.sorted(by: { $0.key < $1.key }) {
        json.object { json in
          json.member("shard", shard)
          json.member("rows", part.rows)
          json.member("xxh64", hex(part.hash.digest()))
        }
      }
    }
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
