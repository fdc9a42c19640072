/// How etcd is reached, and under which names this cluster keeps its things there.
public struct EtcdAccess: Equatable, Sendable {
  /// etcd itself takes requests of at most 1.5 MiB; half a MiB is left for keys and what is around.
  static let requestBytes = 1 << 20
  /// The largest record.
  public static let recordBytes = requestBytes - (8 << 10)
  /// The longest answer that is read.
  static let answerBytes = 32 << 20
  /// The shortest lease; with a shorter one etcd takes its own shortest.
  public static let leastLeaseSeconds = 2

  /// Where members of etcd are asked: `http://HOST:PORT` or `https://HOST:PORT`.
  public var endpoints: [String]
  /// What the names of all keys begin with. Clusters that share an etcd have different ones, of
  /// which none begins with another.
  public var prefix = "granary/"
  /// The authorities that etcd's certificates are signed by, a PEM file; empty for the system's.
  public var authorityPath = ""
  /// The certificate that this coordinator shows, a PEM file; empty for none.
  public var certificatePath = ""
  /// Its key, a PEM file.
  public var keyPath = ""
  /// How long after its last sign of life a leader is taken for dead.
  public var leaseSeconds = 3
  /// How long one member is waited for before the next one is asked.
  public var timeoutMilliseconds: Int64 = 1_000

  /// Access without encryption, with the usual names and times.
  public init(endpoints: [String]) { self.endpoints = endpoints }

  var leaderKey: [UInt8] { key("leader") }
  var fenceKey: [UInt8] { key("fence") }
  var standbyPrefix: [UInt8] { key("standby/") }
  var recordPrefix: [UInt8] { key("record/") }

  private func key(_ name: String) -> [UInt8] { Array((prefix + name).utf8) }

  /// The end of the range of all keys that begin with `prefix`: the first key behind them.
  static func end(ofPrefix prefix: [UInt8]) -> [UInt8] {
    var end = prefix
    while let last = end.popLast() {
      if last < .max { return end + [last + 1] }
    }
    return [0]  // to etcd: every key from the start of the range on
  }
}
