public import Demand
public import Packing
import ShardStore

/// What a backup was of: a moment of a cluster, and the blocks that its rows are in. Everything
/// else follows from the blocks.
public struct BackupCut: Equatable, Sendable {
  /// The form of the file.
  static let version: UInt8 = 1
  private static let magic: UInt32 = 0x4B42_5247  // "GRBK" in the order of bytes

  /// A shard at that moment.
  public struct Shard: Equatable, Sendable {
    /// Which.
    public var shard: Int
    /// The worker whose copy was read.
    public var node: String
    /// How far its log was.
    public var position: LogPosition
    /// How many rows there are in all tables, and how many bytes.
    public var rows: Int, bytes: Int
    /// Where they are, in their order.
    public var blocks: [BlockName]

    /// A shard as it was read.
    public init(
      shard: Int, node: String, position: LogPosition, rows: Int, bytes: Int, blocks: [BlockName]
    ) {
      self.shard = shard
      self.node = node
      self.position = position
      self.rows = rows
      self.bytes = bytes
      self.blocks = blocks
    }
  }

  /// A run that was at work: half of its results may be in the cut, and it ends there.
  public struct Run: Equatable, Sendable {
    /// Its number.
    public var run: UInt64
    /// What it did, in a word.
    public var kind: String

    /// Names a run.
    public init(run: UInt64, kind: String) {
      self.run = run
      self.kind = kind
    }
  }

  /// The cluster.
  public var clusterID: UInt64
  /// Its number among the cuts of the folder; later ones have higher numbers.
  public var number: Int
  /// When it was made, in seconds since 1970.
  public var seconds: Int64
  /// The program that made it, for people.
  public var program: String
  /// The version of its rows.
  public var schema = ShardStoreSchema.version
  /// For how long nothing was acknowledged, in milliseconds.
  public var pauseMilliseconds: Int
  /// The runs at work.
  public var runs: [Run]
  /// Where the coordinator's records are.
  public var records: [BlockName]
  /// All shards, in order.
  public var shards: [Shard]

  /// A cut.
  public init(
    clusterID: UInt64, number: Int, seconds: Int64, program: String, pauseMilliseconds: Int,
    runs: [Run], records: [BlockName], shards: [Shard]
  ) {
    self.clusterID = clusterID
    self.number = number
    self.seconds = seconds
    self.program = program
    self.pauseMilliseconds = pauseMilliseconds
    self.runs = runs
    self.records = records
    self.shards = shards
  }

  /// Rows of all shards, and their bytes.
  public var rows: Int { shards.reduce(0) { $0 + $1.rows } }
  /// Bytes of all rows.
  public var bytes: Int { shards.reduce(0) { $0 + $1.bytes } }
  /// All blocks that it needs.
  public var blocks: Set<BlockName> { Set(shards.flatMap(\.blocks) + records) }

  /// A number that no other cut has, by chance.
  public var seed: UInt64 { XXH64.hash(packed()) }

  /// The bytes of its file.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 4_096)
    writer.fixed(Self.magic)
    writer.fixed(Self.version)
    writer.fixed(clusterID)
    writer.count(number)
    writer.zigzag(seconds)
    writer.string(program)
    writer.count(schema)
    writer.count(pauseMilliseconds)
    writer.count(runs.count)
    for run in runs {
      writer.varint(run.run)
      writer.string(run.kind)
    }
    Self.pack(records, into: &writer)
    writer.count(shards.count)
    for shard in shards {
      writer.count(shard.shard)
      writer.string(shard.node)
      writer.varint(shard.position.number)
      writer.fixed(shard.position.chain)
      writer.count(shard.rows)
      writer.count(shard.bytes)
      Self.pack(shard.blocks, into: &writer)
    }
    writer.seal()
    return writer.bytes
  }

  private static func pack(_ blocks: [BlockName], into writer: inout ByteWriter) {
    writer.count(blocks.count)
    for block in blocks { block.pack(into: &writer) }
  }

  /// The version of the form that a file has, if it is one of these.
  static func version(of bytes: [UInt8]) -> UInt8? {
    var reader = ByteReader(bytes)
    guard (try? reader.fixed(UInt32.self)) == magic else { return nil }
    return try? reader.byte()
  }

  /// Reads what `packed` wrote, from bytes that may be hostile.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    guard try reader.fixed(UInt32.self) == Self.magic else { throw .invalid(what: "cut") }
    let version = try reader.byte()
    guard version == Self.version else { throw .invalid(what: "version \(version) of a cut") }
    clusterID = try reader.fixed()
    number = try reader.count("number", limit: Int(Int32.max))
    seconds = try reader.zigzag()
    program = try reader.string("program", limit: BackupLimits.nameBytes)
    schema = try reader.count("schema", limit: Int(Int32.max))
    pauseMilliseconds = try reader.count("pause", limit: Int(Int32.max))
    runs = []
    for _ in 0..<(try reader.count("runs", limit: BackupLimits.runs, minimumBytes: 2)) {
      runs.append(
        Run(
          run: try reader.varint(),
          kind: try reader.string("kind of run", limit: BackupLimits.nameBytes)))
    }
    records = try Self.blocks(from: &reader)
    shards = []
    let count = try reader.count("shards", limit: BackupLimits.shards, minimumBytes: 15)
    for place in 0..<count {
      let shard = try Shard(from: &reader)
      guard shard.shard == place else { throw .invalid(what: "shard \(shard.shard)") }
      shards.append(shard)
    }
    try reader.finish()
  }

  fileprivate static func blocks(
    from reader: inout ByteReader
  ) throws(PackingError) -> [BlockName] {
    let most = BackupLimits.blocksPerShard
    var blocks: [BlockName] = []
    for _ in 0..<(try reader.count("blocks", limit: most, minimumBytes: 17)) {
      blocks.append(try BlockName(from: &reader))
    }
    return blocks
  }
}

extension BackupCut.Shard {
  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: BackupLimits.shards - 1)
    node = try reader.string("worker", limit: BackupLimits.nameBytes)
    position = LogPosition(number: try reader.varint(), chain: try reader.fixed())
    rows = try reader.count("rows", limit: 1 << 48)
    bytes = try reader.count("bytes", limit: 1 << 52)
    blocks = try BackupCut.blocks(from: &reader)
    guard blocks.reduce(0, { $0 + $1.count }) == bytes else {
      throw .invalid(what: "bytes of shard \(shard)")
    }
  }
}
