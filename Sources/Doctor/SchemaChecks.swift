import ClusterStore
import Settings
import ShardStore

/// Whether this program can read what is stored here.
struct SchemaChecks {
  var folder: ClusterFolder
  var workers: [String]
  var coordinators: [String]

  var findings: [Finding] {
    let data = workers.map { name in
      (name, ShardReader.path(folder.data(of: name)), ShardReader.schemaVersion)
    }
    let records = coordinators.map { name in
      (name, SQLiteClusterStore.path(folder.data(of: name)), SQLiteClusterStore.schemaVersion)
    }
    return (data + records).compactMap { name, path, known in
      guard FolderChecks.status(path) != nil else { return nil }
      return Self.finding(name, path, DatabaseSchema(of: path)?.version, known: known)
    }
  }

  static func finding(_ node: String, _ path: String, _ found: Int?, known: Int) -> Finding {
    let name = "schema of \(node)"
    guard let found else {
      return Finding(
        name, .wrong, "\(path) is no database",
        do:
          "start the node: it sets a damaged database aside, and has its shards copied from others")
    }
    if found > known {
      return Finding(
        name, .wrong,
        "\(path) was written by a newer granary: schema \(found), this one knows "
          + "\(known)", do: "start the newer program, or restore a backup from before the upgrade")
    }
    return Finding(
      name,
      ok: found == known ? "\(found)" : "\(found), which becomes \(known) at the node's next start")
  }
}
