import CommandLineArguments

/// The coordinator.
public struct CoordinatorSettings: SettingsChapter, Equatable {
  /// Where workers and clients reach it.
  public var listen = "tcp://127.0.0.1:0"
  /// Seconds between two signs of life of a worker.
  public var heartbeatSeconds = 0.5
  /// Seconds of silence after which a worker is taken for lost.
  public var lostAfterSeconds = 3.0
  /// Copies of each shard, as far as there are workers for them.
  public var replication = 1
  /// Where it keeps its records.
  public var store = RecordStore.sqlite
  /// How it reaches etcd, where its records are there.
  public var etcd = EtcdSettings()

  static let settings: [Setting<Self>] = own + EtcdSettings.settings("etcd", \.etcd)

  private static let own: [Setting<Self>] = [
    Setting(
      "listen", \.listen, .endpoint,
      "Where workers and clients reach it; port 0 takes a free one."),
    Setting(
      "heartbeatSeconds", \.heartbeatSeconds, .within(0.05...60), unit: "seconds",
      "Time between two signs of life of a worker."),
    Setting(
      "lostAfterSeconds", \.lostAfterSeconds, .within(0.1...600), unit: "seconds",
      "Silence after which a worker is taken for lost; at least twice heartbeatSeconds."),
    Setting(
      "replication", \.replication, .within(1...8), unit: "copies",
      "Copies of each shard, on different machines as far as there are such; with 2, what was "
        + "acknowledged outlives a lost worker."),
    Setting(
      "store", \.store, .any,
      "Where it keeps its records: sqlite for one coordinator, etcd for several, of which one "
        + "leads."),
  ]
}

extension ValueLimits<String> {
  /// Where a node listens.
  static var endpoint: ValueLimits {
    ValueLimits(
      expectation: "an endpoint such as tcp://127.0.0.1:0 or ipc://PATH",
      summary: "tcp://HOST:PORT or ipc://PATH"
    ) { text in
      if text.hasPrefix("ipc://") { return text.utf8.count > 6 }
      guard text.hasPrefix("tcp://") else { return false }
      let address = text.dropFirst(6)
      guard let colon = address.lastIndex(of: ":"), colon != address.startIndex else {
        return false
      }
      return UInt16(address[address.index(after: colon)...]) != nil
    }
  }
}
