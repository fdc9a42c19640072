import Demand
public import WireProtocol

/// One sample of every message, with something in every part.
public enum MessageSamples {
  /// A name with everything that a name may have.
  public static let node = NodeName("worker-1.north_2")
  private static let day = Day(number: 20_777)
  private static let id = UnitID(run: 300, shard: 16_383, slice: 5)
  private static let held = [HeldShard(shard: 0, epoch: 1), HeldShard(shard: 16_383, epoch: 900)]
  private static let source = SourceID(high: 0x0123_4567_89AB_CDEF, low: 42)

  /// The outcome of a unit.
  public static func outcome() throws -> UnitOutcome {
    let named = QuarantinedSKU(sku: try SKU("größe-\u{1F9E6}"), reason: "no two sales")
    return UnitOutcome(skus: 256, quarantined: 2, named: [named], fellBack: 3, summary: [1, 2, 3])
  }

  /// All of them, about this node.
  public static func all(_ node: NodeName) throws -> [Message] {
    try membership(node) + runs() + teaching(node) + pricing() + client(node) + data()
      + replication(node) + quarantine() + backup()
      + [.refusal(Refusal(.busy, "not now: the shard is being moved"))]
  }

  private static func membership(_ node: NodeName) -> [Message] {
    let peer = PeerAddress(
      node: node, endpoint: "tcp://10.0.0.7:7001", publicKey: String(repeating: "k", count: 40))
    var gauges = WorkerGauges()
    gauges.skus = 1_000_000
    gauges.diskFreeBytes = 1 << 40
    gauges.trouble = "the disk is full"
    gauges.refusals = ["malformed": 3, "slow reader": 1]
    return [
      .hello(
        Hello(
          node: node, incarnation: 1 << 63 | 7, clusterID: 0xC1, endpoint: peer.endpoint,
          publicKey: peer.publicKey, credits: 4, held: held, host: "rack-7")),
      .welcome(Welcome(clusterID: 0xC1, shardCount: 1_024)),
      .orders(
        Orders(
          version: 3 << 32 | 9,
          owned: [
            OwnedShard(shard: 3, epoch: 4, followers: [0], learners: [0])
          ],
          peers: [peer],
          following: [FollowedShard(shard: 8, epoch: 5, primary: 0, isLearner: true)],
          released: held, mayLeave: true)),
      .heartbeat(
        Heartbeat(
          node: node, incarnation: 7, ordersVersion: 12, unitsInHand: [id], documentVersion: 3,
          networkVersion: 299, teaching: 3 << 32 | 2,
          isLeaving: true, ready: [ShardFollower(shard: 3, epoch: 4, node: node)],
          stalled: [ShardFollower(shard: 4, epoch: 4, node: node)], damaged: held, gauges: gauges)),
      .pulse(Pulse(ordersVersion: 12, priced: 300)),
    ]
  }

  private static func runs() throws -> [Message] {
    [
      .survey(Survey(run: 300, shards: held)),
      .surveyReport(
        SurveyReport(
          run: 300, shards: [SurveyedShard(shard: 9, skus: 70_000)], latestDay: day)),
      .unitOrder(
        UnitOrder(
          id: id, sliceCount: 6, epoch: 4, kind: .forecast, asOf: day,
          settings: [9, 8, 7], network: 299, plan: UnitPlan(shared: [4, 5], part: [6]))),
      .unitReport(UnitReport(id: id, epoch: 4, outcome: try outcome())),
      .workFailure(
        WorkFailure(run: 300, unit: id, reason: "damaged bytes", mayPass: false)),
    ]
  }

  private static func teaching(_ node: NodeName) -> [Message] {
    let giver = PeerAddress(node: node, endpoint: "tcp://10.0.0.7:7001", publicKey: "k")
    let places = [(1, 4), (0, 900)].map(TeachOrder.Place.init)
    let failure = TeachReport.Outcome.failure(reason: "it was not done in time", mayPass: false)
    return [
      .teachOrder(
        TeachOrder(
          run: 300, attempt: 3 << 32 | 2, asOf: day, settings: [9, 8, 7], threshold: 1 << 60,
          givers: [giver, giver], places: places)),
      .teachReport(TeachReport(run: 300, attempt: 3 << 32 | 2, outcome: .network([1, 2, 3]))),
      .teachReport(TeachReport(run: 300, attempt: 3 << 32 | 2, outcome: failure)),
      .network(LearnedNetwork(run: 300, bytes: [1, 2, 3])),
    ]
  }

  private static func pricing() -> [Message] {
    let failure = RoundAnswers.Outcome.failure(reason: "the disk is full", mayPass: true)
    return [
      .roundQuestion(
        RoundQuestion(
          run: 300, round: 3 << 32 | 5, asOf: day, documentVersion: 4, settings: [9, 8, 7],
          question: [1, 2], shards: held)),
      .roundAnswers(
        RoundAnswers(
          run: 300, round: 3 << 32 | 5,
          entries: [
            RoundAnswers.Entry(shard: 3, epoch: 900, outcome: .answer([1, 2, 3])),
            RoundAnswers.Entry(shard: 4, epoch: 1, outcome: failure),
          ])),
      .planRequest(run: 300), .plan(content: [4, 5]),
      .auditRequest(
        AuditRequest(
          before: AuditPlace(file: 1 << 40, offset: 77), since: "2026-11-20", limit: 9)),
      .audit(AuditPage(lines: ["{}", "{\"a\":1}"], earlier: AuditPlace(file: 3, offset: 0))),
    ]
  }

  private static func client(_ node: NodeName) throws -> [Message] {
    var placement = Placement(shardCount: 3)
    placement.version = 8
    placement.assignments[1] = Placement.Assignment(primary: node, epoch: 5)
    let peer = PeerAddress(node: node, endpoint: "", publicKey: "")
    var planning = PlanningDocument()
    planning.warehouses = WarehouseList([Warehouse(location: try Location("north"))])
    let document = planning.packed()
    return [
      .mapRequest, .map(ClusterMap(clusterID: 0xC1, placement: placement, peers: [peer])),
      .runRequest(
        RunRequest(token: 99, kind: .allocate, asOf: day, settings: [1], network: .fresh)),
      .runQuery(run: 300),
      .runCancel(run: 300),
      .runStatus(
        RunStatus(
          run: 300, kind: .train, phase: .teaching, asOf: day, unitsDone: 5, unitsInAll: 6,
          outcome: try outcome(), elapsedMilliseconds: 61_000, teachingMilliseconds: 9_000,
          pricing: PricingProgress(rounds: 4, milliseconds: 900, loadingMilliseconds: 800),
          trouble: "waits for worker-2")),
      .statusRequest, .status(json: "{\"colour\":\"green\"}"), .documentRequest,
      .document(Document(version: 4, content: document)),
      .documentChange(base: 3, content: document),
    ]
  }

  private static func data() throws -> [Message] {
    let identity = BatchIdentity(source: source, shard: 5, sequence: 70_000, chain: 1, isLast: true)
    let series = StoredSeries(location: try Location("north"), run: 4, value: [1, 2])
    let total = StoredSeries(location: nil, run: 4, value: [3])
    return [
      .batch(Batch(identity: identity, epoch: 4, table: .salesReplacing, payload: [1, 2, 3])),
      .batchAnswer(
        BatchAnswer(
          source: source, shard: 5, sequence: 70_000, outcome: .gap, progress: 69_000,
          reason: "one is missing")),
      .get(Get(skus: [try SKU("a"), try SKU("b")])),
      .forecasts(ForecastRecords(records: [ForecastRecord(series: [total, series])])),
      .rowsRequest(RowsRequest(scope: .table(.plans), shard: 5, epoch: 4, cursor: [7])),
      .rowsRequest(
        RowsRequest(scope: .sample(threshold: 1 << 60), shard: 5, epoch: 4, cursor: [])),
      .rowsRequest(RowsRequest(scope: .table(.plansBefore), shard: 5, epoch: 4, cursor: [])),
      .rowsRequest(
        RowsRequest(
          scope: .sku(.networks, try SKU("größe-\u{1F9E6}")), shard: 5, epoch: 4, cursor: [1])),
      .rowsRequest(RowsRequest(scope: .digest(asOf: day), shard: 5, epoch: 4, cursor: [])),
      .rowsRequest(RowsRequest(scope: .digest(asOf: nil), shard: 5, epoch: 4, cursor: [2])),
      .rows(RowsChunk(shard: 5, rows: [1, 2, 3], next: [8])),
      .explainRequest(sku: Array("a".utf8)), .explanation(json: "{}"),
    ]
  }

  private static func quarantine() throws -> [Message] {
    let (retry, release) = (QuarantineUpdate(.retry, [try SKU("a")]), QuarantineUpdate(.release))
    return [
      .quarantineChange(QuarantineChange(shard: 3, epoch: 4, update: retry)),
      .quarantineChange(QuarantineChange(shard: 3, epoch: 4, update: release)),
      .quarantineAnswer(QuarantineAnswer(shard: 3, count: 70_000, missing: [try SKU("größe")])),
    ]
  }

  private static func backup() -> [Message] {
    let entry = CutAnswer.Entry(shard: 3, position: LogPosition(number: 41, chain: 0xFEED))
    return [
      .recordsRequest(RecordsRequest(name: "run/01", offset: 70_000)),
      .records(RecordsPiece(total: 300, hash: 7, bytes: [1, 2, 3])),
      .cutRequest(CutRequest(session: 77, .hold, shards: held)),
      .cutRequest(CutRequest(session: 77, .goOn)),
      .cutAnswer(CutAnswer(session: 77, entries: [entry])),
      .cutRowsRequest(CutRowsRequest(session: 77, shard: 3, cursor: [1])),
    ]
  }

  private static func replication(_ node: NodeName) -> [Message] {
    let previous = LogPosition(number: 41, chain: 0xFEED)
    let pieces = [LogPiece(bytes: [1, 2]), LogPiece(index: 0, of: 3, bytes: [3])]
    return [
      .append(LogAppend(shard: 3, epoch: 4, session: 300, previous: previous, pieces: pieces)),
      .append(LogAppend(shard: 3, epoch: 4, previous: .start, mustCopy: true)),
      .appended(
        LogAppended(
          shard: 3, epoch: 4, session: 300, position: previous, outcome: .failed,
          reason: "disk full")),
      .unitOffer(UnitOffer(id: id, epoch: 4, piece: LogPiece(bytes: [4]))),
      .rowsRequest(RowsRequest(scope: .copy(session: 77), shard: 5, epoch: 4, cursor: [1])),
      .nodeChange(NodeChange(.drain, of: node)),
      .nodeChange(NodeChange(.rebalance, of: nil, isDryRun: true)),
      .nodeAnswer(json: "{}"),
    ]
  }
}
