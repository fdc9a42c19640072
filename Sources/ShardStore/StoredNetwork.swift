public import Storage

/// Weights that models of a shard share, named by the run that learned them.
public struct StoredNetwork: Equatable, Sendable {
  /// The run.
  public var run: UInt64
  /// The weights.
  public var bytes: [UInt8]

  /// Makes a network.
  public init(run: UInt64, bytes: [UInt8]) {
    self.run = run
    self.bytes = bytes
  }

  private var storedRun: Int64 { Int64(bitPattern: run) }

  fileprivate func seal(_ shard: Int) -> Seal { TableShape.network.seal(shard).key(storedRun) }
}

extension ShardReader {
  /// The networks that the models of a shard may use, that of the newest run last. One that is
  /// damaged is left out and handed to `damaged`.
  public func networks(
    of shard: Int, damaged: (StorageError) -> Void = { _ in }
  ) throws(StorageError) -> [StoredNetwork] {
    try connection.snapshot { () throws(StorageError) in
      let select = try connection.statement(
        "SELECT run, value FROM network WHERE shard = ? ORDER BY run")
      try select.bind(shard)
      defer { select.reset() }
      var networks: [StoredNetwork] = []
      while try select.step() {
        var network = StoredNetwork(run: UInt64(bitPattern: select.integer(0)), bytes: [])
        let seal = network.seal(shard)
        guard let bytes = unsafe select.withBytes(1, { unsafe seal.open($0) }) else {
          damaged(
            .damagedRow(
              path: connection.path, table: "network", key: "shard \(shard) run \(network.run)",
              reason: "checksum does not match"))
          continue
        }
        network.bytes = bytes
        networks.append(network)
      }
      return networks
    }
  }
}

extension ShardWriter {
  /// Keeps a network with a shard, once, and forgets the oldest. The one that was just used stays,
  /// however old the run is that learned it.
  func keep(_ network: StoredNetwork, _ shard: Int) throws(StorageError) {
    let run = Int64(bitPattern: network.run)
    let known = try connection.statement("SELECT 1 FROM network WHERE shard = ? AND run = ?")
    try known.bind(shard, run)
    let isKnown = try known.step()
    known.reset()
    if isKnown { return }
    let sealed = network.seal(shard).close(network.bytes)
    try connection.statement("INSERT INTO network VALUES (?, ?, ?)").bind(shard, run, sealed).run()
    try changeSum(of: .network, shard) { $0.add(sealed) }
    try delete(
      from: .network, shard,
      where: """
        run <> ?2 AND run NOT IN
          (SELECT run FROM network WHERE shard = ?1 AND run <> ?2 ORDER BY run DESC LIMIT ?3)
        """, run, ShardStoreLimits.networks - 1)
  }
}
