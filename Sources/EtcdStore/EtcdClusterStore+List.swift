public import ClusterStore
public import Storage

/// All records, page by page, as they were at one moment.
extension EtcdClusterStore {
  /// The first page is small, because records may be large; each full one makes the next larger.
  private static let firstPage = 8
  private static let largestPage = 2_048
  /// Pages grow while they are shorter than this.
  private static let pageBytes = 512 << 10
  /// How often a list is begun again because etcd forgot the moment that it was of.
  private static let attempts = 4

  /// All keys that start with `prefix`, in the order of their bytes.
  public func list(prefix: String) throws(StorageError) -> [(key: String, entry: Versioned)] {
    let found = try wording { () throws(EtcdFailure) in try entries(stored(prefix)) }
    return try found.map { (entry) throws(StorageError) in try opened(entry) }
  }

  private func entries(_ prefix: [UInt8]) throws(EtcdFailure) -> [EtcdAnswer.KeyValue] {
    var attempt = 1
    while true {
      do { return try pages(prefix) } catch {
        guard error.kind == .gone, attempt < Self.attempts else { throw error }
        attempt += 1
      }
    }
  }

  private func pages(_ prefix: [UInt8]) throws(EtcdFailure) -> [EtcdAnswer.KeyValue] {
    let end = EtcdAccess.end(ofPrefix: prefix)
    var found: [EtcdAnswer.KeyValue] = []
    var start = prefix
    var revision: Int64?
    var limit = Self.firstPage
    while true {
      let page: EtcdAnswer.Range
      do {
        page = try client.range(
          EtcdRequest.Range(from: start, to: end, limit: limit, at: revision))
      } catch {
        guard error.kind == .tooLong, limit > 1 else { throw error }
        limit = max(1, limit / 8)
        continue
      }
      found += page.entries
      guard page.hasMore, let last = page.entries.last else { return found }
      // The next key in the order of bytes.
      start = last.key + [0]
      revision = revision ?? page.header?.revision
      if page.entries.reduce(0, { $0 + $1.value.count }) < Self.pageBytes {
        limit = min(2 * limit, Self.largestPage)
      }
    }
  }
}
