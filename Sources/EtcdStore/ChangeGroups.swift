import ClusterStore

/// Changes, cut into what one transaction of etcd takes.
enum ChangeGroups {
  /// etcd takes 128 operations in a transaction and counts those on the longest way through the
  /// transactions within it: one in each of these, and one more of our own.
  static let changes = 120
  /// Counted for each change beside its key, which is said three times, and its value.
  static let overheadBytes = 256

  /// The changes in their order. A key is once in a group: etcd refuses two writes of one.
  static func cut(_ changes: [Change]) -> [[Change]] {
    var groups: [[Change]] = []
    var group: [Change] = []
    var keys: Set<String> = []
    var bytes = 0
    for change in changes {
      let size = 3 * change.key.utf8.count + (change.value?.count ?? 0) + overheadBytes
      let isFull = group.count == Self.changes || bytes + size > EtcdAccess.requestBytes
      if !group.isEmpty, isFull || keys.contains(change.key) {
        groups.append(group)
        (group, keys, bytes) = ([], [], 0)
      }
      group.append(change)
      keys.insert(change.key)
      bytes += size
    }
    return group.isEmpty ? groups : groups + [group]
  }
}
