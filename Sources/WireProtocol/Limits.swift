/// Every bound of the protocol, in one place. `cluster/PROTOCOL.md` lists them.
public enum Limits {
  /// The largest message, header included; libzmq drops the link of whoever sends more.
  public static let frameBytes = 256 * 1_024
  /// The largest payload of a batch or a chunk: a frame less room for its header.
  public static let payloadBytes = frameBytes - 4 * 1_024
  /// The most shards of a cluster; the orders of a node that owns them all must fit a frame.
  public static let shards = 16_384
  /// The most SKUs of a cluster, and of a shard: as many as a run can cut and count.
  public static let skus: UInt64 = 1 << 40, skusPerShard: UInt64 = 1 << 32
  /// The most nodes of a cluster.
  public static let nodes = 256
  /// The longest node name, in bytes.
  public static let nodeNameBytes = 64
  /// The longest endpoint, in bytes.
  public static let endpointBytes = 256
  /// The length of a CURVE public key in Z85.
  public static let publicKeyBytes = 40
  /// The longest sentence that explains something.
  public static let sentenceBytes = 1_024
  /// The longest settings of a run.
  public static let runBytes = 16 * 1_024
  /// The longest scenario among them.
  public static let scenarioBytes = 8 * 1_024
  /// The longest summary of a unit or a run: totals for each of the most warehouses there can be.
  public static let summaryBytes = 128 * 1_024
  /// The longest document (warehouses, rules, limits, lanes): it must fit a frame with its header,
  /// and a record.
  public static let documentBytes = 248 * 1_024
  /// The largest packed network: it must fit a frame and, with a little around it, a record.
  public static let networkBytes = 224 * 1_024
  /// The longest question of a round; it fits a frame beside the settings and the shards asked.
  public static let questionBytes = 128 * 1_024
  /// The longest answer of a shard.
  public static let answerBytes = 128 * 1_024
  /// The most shards that one message asks.
  public static let shardsPerQuestion = 4_096
  /// The longest plan that the shards of a run share, and the longest part of it for one shard: a
  /// unit's order has both.
  public static let planBytes = 96 * 1_024
  /// The most SKUs asked for at once.
  public static let skusPerGet = 1_024
  /// The most units that a worker holds at once.
  public static let unitsInHand = 256
  /// The most lines of the audit that are asked for at once, and the longest of them.
  public static let auditLines = 1_000, auditLineBytes = 16 * 1_024
  /// The largest piece of a log entry: any batch is one piece.
  public static let pieceBytes = payloadBytes + 1_024
  /// The most pieces of an entry, and of the entries in a message.
  public static let piecesPerEntry = 1_024, piecesPerAppend = 4_096
  /// The most followers of which a heartbeat says something; the others come with the next.
  public static let followersPerHeartbeat = 1_024
  /// The most copies of a shard beside the primary's.
  public static let replicas = 8
  /// The longest name of a host, and of a program's version.
  public static let hostBytes = 64, programBytes = 64
  /// The most coordinators, of which one leads.
  public static let coordinators = 9
  /// The most reasons of refusals of which a worker tells the counts, and the longest of them.
  public static let refusalReasons = 32, refusalReasonBytes = 64
  /// The most records of the coordinator that a backup keeps under one name, and the names; the
  /// most bytes under one name; the longest name.
  public static let keptRecords = 4_096, recordBytes = 128 << 20, recordNameBytes = 128
  /// How many quarantined SKUs a unit names; the others are counted, and exported by the workers.
  public static let namedQuarantine = 8
}
