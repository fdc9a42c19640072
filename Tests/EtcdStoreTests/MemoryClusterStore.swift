import ClusterStore
import Storage

/// Records in a dictionary: what every store of records must come to.
final class MemoryClusterStore: ClusterStore {
  private var records: [String: Versioned] = [:]
  private var revision: UInt64 = 0

  func get(_ key: String) -> Versioned? { records[key] }

  func list(prefix: String) -> [(key: String, entry: Versioned)] {
    records.filter { $0.key.utf8.starts(with: prefix.utf8) }
      .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { ($0.key, $0.value) }
  }

  func make(_ changes: [Change]) -> [ChangeOutcome] {
    changes.map { change in
      let current = records[change.key]?.version ?? 0
      guard current == change.expected else { return .conflict(current: current) }
      revision += 1
      records[change.key] = change.value.map { Versioned(value: $0, version: revision) }
      return .done(version: revision)
    }
  }
}
