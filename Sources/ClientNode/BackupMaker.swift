public import Backup
import Demand
import FoundationEssentials
import Glibc
import Packing
import Threading
import WireProtocol

/// What a backup came to.
public struct BackupReport: Equatable, Sendable {
  /// The name of the cut.
  public var name: String
  /// The cut.
  public var cut: BackupCut
  /// The shards that were as a cut before had them, and were not read.
  public var unchangedShards = 0
  /// The bytes that were read from the workers.
  public var readBytes = 0
  /// The blocks that were not there before, and their bytes.
  public var newBlocks = 0, newBytes = 0
  /// How many cuts were made, because workers were lost while they were read.
  public var cuts = 1
  /// How long it took.
  public var milliseconds: Int64 = 0
}

/// Makes a backup of a cluster while it serves: a cut, then all shards' rows as they were in it.
public final class BackupMaker {
  /// How many shards of a worker are read at once, and of all.
  private static let shardsPerNode = 4, shardsAtOnce = 64
  /// How often workers hear that their cut is still read.
  private static let touchMilliseconds: Int64 = 15_000
  /// How often it is begun with another cut where a worker and its snapshot are lost.
  private static let mostCuts = 3

  /// How far it is: the bytes that were read, and how many shards of how many.
  public typealias Progress = (_ bytes: Int, _ shards: Int, _ of: Int) -> Void

  private let client: ClusterClient
  private let folder: BackupFolder
  private let program: String
  private let bytesPerSecond: Int
  private let clock = MonotonicClock()
  private var lastTouch: Moment
  /// The bytes that were read, and since when.
  private var paced: (bytes: Int, since: Moment)

  /// Makes backups in the folder at `path`; `mebibytesPerSecond` bounds what is read, 0 does not.
  public init(
    _ client: ClusterClient, into path: String, program: String, mebibytesPerSecond: Int
  ) throws {
    self.client = client
    self.program = program
    bytesPerSecond = mebibytesPerSecond << 20
    lastTouch = clock.now
    paced = (0, clock.now)
    folder = try BackupFolder(path, of: try client.recordList().clusterID)
  }

  /// Makes one; afterwards keeps the newest `count` cuts alone, where that is wanted.
  public func make(
    stop: () throws(ClientError) -> Void, progress: Progress
  ) throws -> BackupReport {
    let start = clock.now
    var maker = CutMaker(client)
    var cuts = 0
    while true {
      cuts += 1
      var cut = try maker.make(stop: stop)
      do {
        try maker.readPositions(of: &cut)
        var report = try read(cut, stop: stop, progress: progress)
        try? maker.end(Array(cut.places.keys), cut.session)
        report.name = try folder.add(report.cut)
        report.cuts = cuts
        report.milliseconds = clock.now - start
        return report
      } catch let error as ClientError where cuts < Self.mostCuts && error.mayBeLost {
        // What was read is there as blocks, and is found again.
        try? maker.end(Array(cut.places.keys), cut.session)
      } catch {
        try? maker.end(Array(cut.places.keys), cut.session)
        throw error
      }
    }
  }

  /// Keeps the newest cuts, and what they need.
  public func keep(newest count: Int) throws(BackupError) -> BackupFolder.Pruned {
    try folder.keep(newest: count)
  }

  /// What is known of shards from the newest whole cut: at the same position of its log a shard has
  /// the same rows, though they may lie otherwise in their tables.
  private func before() throws(BackupError) -> [BackupCut.Shard] {
    for file in try folder.cuts().reversed() {
      if case .success(let cut) = file.cut { return cut.shards }
    }
    return []
  }

  /// A shard on its way.
  private struct Stream {
    let node: NodeName
    var cursor: [UInt8] = []
    var intake: ShardIntake
  }

  private func read(
    _ cut: ClusterCut, stop: () throws(ClientError) -> Void, progress: Progress
  ) throws -> BackupReport {
    let before = try before()
    var shards: [Int: BackupCut.Shard] = [:]
    var queues: [NodeName: [Int]] = [:]
    for (node, all) in cut.places {
      for shard in all {
        if before.indices.contains(shard), before[shard].position == cut.positions[shard],
          before[shard].blocks.allSatisfy(folder.hasBlock)
        {
          shards[shard] = before[shard]
        } else {
          queues[node, default: []].append(shard)
        }
      }
    }
    var report = BackupReport(name: "", cut: try emptyCut(cut))
    report.unchangedShards = shards.count
    queues = queues.mapValues { $0.sorted(by: >) }
    paced = (0, clock.now)
    let conversation = Conversation(client)
    var streams: [Int: Stream] = [:]
    while !streams.isEmpty || queues.values.contains(where: { !$0.isEmpty }) {
      try stop()
      begin(&queues, &streams, cut, conversation)
      let (shard, answer) = try conversation.next()
      guard case .rows(let chunk) = answer, chunk.shard == shard, var stream = streams[shard],
        chunk.next == nil || chunk.next != stream.cursor
      else {
        throw ClientError.unexpected(node: "a worker", what: "something else than rows of a cut")
      }
      try stream.intake.take(chunk: chunk.rows, into: folder)
      report.readBytes += chunk.rows.count
      if let next = chunk.next {
        stream.cursor = next
        streams[shard] = stream
        ask(for: shard, stream, cut, conversation)
      } else {
        shards[shard] = try stream.intake.finish(into: folder)
        report.newBlocks += stream.intake.newBlocks
        report.newBytes += stream.intake.newBytes
        streams[shard] = nil
      }
      progress(report.readBytes, shards.count, cut.list.shardCount)
      try touch(cut)
      pace(chunk.rows.count)
    }
    report.cut.shards = (0..<cut.list.shardCount).compactMap { shards[$0] }
    report.cut.records = try folder.write(records: cut.records)
    return report
  }

  private func emptyCut(_ cut: ClusterCut) throws(BackupError) -> BackupCut {
    BackupCut(
      clusterID: cut.list.clusterID, number: try folder.nextNumber(),
      seconds: Int64(Date().timeIntervalSince1970), program: program,
      pauseMilliseconds: Int(cut.pauseMilliseconds),
      runs: cut.list.runs.filter(\.isActive).map {
        BackupCut.Run(run: $0.run, kind: $0.kind.name)
      }, records: [], shards: [])
  }

  /// Asks for the first rows of further shards, as many as may be on their way.
  private func begin(
    _ queues: inout [NodeName: [Int]], _ streams: inout [Int: Stream], _ cut: ClusterCut,
    _ conversation: Conversation
  ) {
    for node in queues.keys.sorted() {
      while streams.count < Self.shardsAtOnce,
        streams.values.count(where: { $0.node == node }) < Self.shardsPerNode,
        let shard = queues[node]?.popLast()
      {
        let intake = ShardIntake(
          shard: shard, node: node.text, position: cut.positions[shard] ?? .start)
        let stream = Stream(node: node, intake: intake)
        streams[shard] = stream
        ask(for: shard, stream, cut, conversation)
      }
    }
  }

  private func ask(
    for shard: Int, _ stream: Stream, _ cut: ClusterCut, _ conversation: Conversation
  ) {
    let request = CutRowsRequest(session: cut.session, shard: shard, cursor: stream.cursor)
    let node = stream.node
    conversation.ask(shard) { _ in ([node], .cutRowsRequest(request)) }
  }

  /// Lets the workers know that their cut is still wanted: those whose turn is yet to come too.
  private func touch(_ cut: ClusterCut) throws(ClientError) {
    guard clock.now - lastTouch > Self.touchMilliseconds else { return }
    lastTouch = clock.now
    for node in cut.places.keys {
      let request = CutRequest(session: cut.session, .positions)
      try client.send(Frame(request: client.nextRequest(), .cutRequest(request)), to: node)
    }
  }

  /// Waits where more was read than may be.
  private func pace(_ bytes: Int) {
    guard bytesPerSecond > 0 else { return }
    paced.bytes += bytes
    let wanted = Int64(Double(paced.bytes) / Double(bytesPerSecond) * 1_000)
    let ahead = wanted - (clock.now - paced.since)
    if ahead > 0 { usleep(UInt32(min(ahead, 1_000)) * 1_000) }
  }
}

extension ClientError {
  /// Whether a cut that is read may be lost with a worker, so that another one helps.
  fileprivate var mayBeLost: Bool {
    switch self {
    case .refused(let refusal):
      refusal.code == .stale || refusal.code == .busy || refusal.code == .misplaced
    case .silent: true
    default: false
    }
  }
}
