public import Demand
public import WireProtocol

extension Worker {
  /// What a worker starts with.
  public struct Start: Sendable {
    /// Its name.
    public var node: NodeName
    /// Higher at each start of this worker, kept with its data; the low bits are drawn, so that two
    /// workers that were given one name are told apart.
    public var incarnation: UInt64
    /// The cluster whose data it holds; 0 for none.
    public var clusterID: UInt64
    /// Where its data socket listens, and its key.
    public var endpoint: String, publicKey: String
    /// How many units it takes at once.
    public var credits: Int
    /// How many batches it lets wait for the disk at once; more are told to come later.
    public var maximumWrites: Int
    /// The shards whose data it holds. A shard without an epoch row is not among them: what there
    /// may be of it is half a copy.
    public var held: [HeldShard]
    /// How far their logs are.
    public var positions: [Int: LogPosition]
    /// The latest start of a coordinator whose orders it carried out.
    public var term: UInt64
    /// The machine that it runs on.
    public var host: String
    /// What its program understands.
    public var program: ProgramVersion
    /// How often it says that it is alive.
    public var heartbeatMilliseconds: Int64
    /// The most bytes a second that it copies of shards which it is to follow, all together.
    public var copyBytesPerSecond: Int

    /// Makes a start.
    public init(
      node: NodeName, incarnation: UInt64, clusterID: UInt64, endpoint: String,
      publicKey: String, credits: Int, maximumWrites: Int = 256, held: [HeldShard],
      positions: [Int: LogPosition] = [:], term: UInt64 = 0, host: String = "",
      program: ProgramVersion = ProgramVersion(name: "", schema: 0),
      heartbeatMilliseconds: Int64 = 500, copyBytesPerSecond: Int = 64 << 20
    ) {
      self.node = node
      self.incarnation = incarnation
      self.clusterID = clusterID
      self.endpoint = endpoint
      self.publicKey = publicKey
      self.credits = credits
      self.maximumWrites = maximumWrites
      self.held = held
      self.positions = positions
      self.term = term
      self.host = host
      self.program = program
      self.heartbeatMilliseconds = heartbeatMilliseconds
      self.copyBytesPerSecond = max(1, copyBytesPerSecond)
    }
  }

  /// Names a request that is waited for.
  public struct Ticket: Hashable, Sendable {
    /// Who asked.
    public var address: Address
    /// The number of the request.
    public var request: UInt64
  }
}
