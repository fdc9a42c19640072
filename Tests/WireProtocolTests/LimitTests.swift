import Demand
import Packing
import Testing

@testable import WireProtocol

@Suite("Limits of the protocol")
struct LimitTests {
  private func name(_ number: Int) throws -> NodeName {
    let digits = String(number)
    let filler = String(repeating: "n", count: Limits.nodeNameBytes - digits.count)
    return try #require(NodeName(filler + digits))
  }

  private func peer(_ number: Int) throws -> PeerAddress {
    PeerAddress(
      node: try name(number), endpoint: String(repeating: "e", count: Limits.endpointBytes),
      publicKey: String(repeating: "k", count: Limits.publicKeyBytes))
  }

  private func fits(_ message: Message) throws {
    let bytes = Frame(message).packed()
    #expect(bytes.count <= Limits.frameBytes, "\(bytes.count) bytes")
    #expect(try Frame(packed: bytes).message == message)
  }

  /// More moves than any shard will see: one a second for a century.
  private let epoch = UInt64(UInt32.max)

  @Test("a frame over the limit is refused before it is read")
  func frameLimit() {
    let bytes = Array(repeating: UInt8(0), count: Limits.frameBytes + 1)
    let error = PackingError.tooLarge(
      what: "frame", value: UInt64(Limits.frameBytes) + 1, limit: Limits.frameBytes)
    #expect(throws: error) { _ = try Frame(packed: bytes) }
  }

  @Test("a batch with the largest payload fits a frame")
  func largestBatch() throws {
    let identity = BatchIdentity(
      source: SourceID(high: 1, low: 2), shard: Limits.shards - 1, sequence: (1 << 48) - 1,
      chain: 3, isLast: true)
    let payload = Array(repeating: UInt8(1), count: Limits.payloadBytes)
    try fits(.batch(Batch(identity: identity, epoch: .max, table: .items, payload: payload)))
  }

  @Test("a batch with a larger payload is refused")
  func tooLargeBatch() throws {
    let identity = BatchIdentity(
      source: SourceID(high: 1, low: 2), shard: 0, sequence: 1, chain: 3, isLast: true)
    let payload = Array(repeating: UInt8(1), count: Limits.payloadBytes + 1)
    let frame = Frame(.batch(Batch(identity: identity, epoch: 1, table: .items, payload: payload)))
    #expect(throws: PackingError.self) { _ = try Frame(packed: frame.packed()) }
  }

  @Test("the greeting of a worker that holds every shard fits a frame")
  func largestHello() throws {
    let peer = try peer(1)
    let held = (0..<Limits.shards).map { HeldShard(shard: $0, epoch: .max) }
    try fits(
      .hello(
        Hello(
          node: peer.node, incarnation: .max, clusterID: .max, endpoint: peer.endpoint,
          publicKey: peer.publicKey, credits: Limits.unitsInHand, held: held)))
  }

  @Test("the orders of a worker that serves every shard fit a frame")
  func largestOrders() throws {
    let owned = (0..<Limits.shards).map {
      OwnedShard(shard: $0, epoch: epoch, followers: [$0 % 16], learners: [])
    }
    let peers = try (0..<16).map { try peer($0) }
    try fits(.orders(Orders(version: .max, owned: owned, peers: peers, mayLeave: true)))
  }

  @Test("the map of the largest cluster fits a frame")
  func largestMap() throws {
    var placement = Placement(shardCount: Limits.shards)
    placement.version = .max
    for shard in 0..<Limits.shards {
      placement.assignments[shard] = Placement.Assignment(
        primary: try name(shard % Limits.nodes), epoch: epoch)
    }
    let peers = try (0..<Limits.nodes).map { try peer($0) }
    try fits(.map(ClusterMap(clusterID: .max, placement: placement, peers: peers)))
  }

  @Test("the survey of every shard and its answer fit a frame")
  func largestSurvey() throws {
    let shards = (0..<Limits.shards).map { HeldShard(shard: $0, epoch: .max) }
    try fits(.survey(Survey(run: .max, shards: shards)))
    let counted = (0..<Limits.shards).map {
      SurveyedShard(shard: $0, skus: Limits.skusPerShard)
    }
    try fits(
      .surveyReport(
        SurveyReport(run: .max, shards: counted, latestDay: Day.supported.upperBound)))
  }

  @Test("a heartbeat with everything in hand fits a frame")
  func largestHeartbeat() throws {
    var gauges = WorkerGauges()
    gauges.trouble = String(repeating: "!", count: Limits.sentenceBytes)
    let units = (0..<Limits.unitsInHand).map { UnitID(run: .max, shard: 16_383, slice: $0) }
    let most = 0..<Limits.followersPerHeartbeat
    let followers = try most.map { ShardFollower(shard: 16_383, epoch: .max, node: try name($0)) }
    let damaged = most.map { HeldShard(shard: $0, epoch: .max) }
    try fits(
      .heartbeat(
        Heartbeat(
          node: try name(1), incarnation: .max, ordersVersion: .max,
          unitsInHand: units, documentVersion: .max, networkVersion: .max, teaching: .max,
          isLeaving: true, ready: followers, stalled: followers, damaged: damaged,
          gauges: gauges)))
  }

  @Test("the order to teach of the largest cluster fits a frame")
  func largestTeachOrder() throws {
    let places = (0..<Limits.shards).map {
      TeachOrder.Place(giver: $0 % Limits.nodes, epoch: epoch)
    }
    let givers = try (0..<Limits.nodes).map { try peer($0) }
    try fits(
      .teachOrder(
        TeachOrder(
          run: .max, attempt: .max, asOf: Day.supported.upperBound,
          settings: Array(repeating: 1, count: Limits.runBytes), threshold: .max,
          givers: givers, places: places)))
  }

  @Test("a shard at a giver that is not named is refused")
  func unknownGiver() throws {
    let order = TeachOrder(
      run: 1, attempt: 1, asOf: Day(number: 0), settings: [], threshold: 0,
      givers: [try peer(1)], places: [TeachOrder.Place(giver: 1, epoch: 1)])
    #expect(throws: PackingError.invalid(what: "giver 1 of 1")) {
      _ = try Frame(packed: Frame(.teachOrder(order)).packed())
    }
  }

  @Test("the largest network fits a frame, and a larger one is refused")
  func largestNetwork() throws {
    func messages(_ count: Int) -> [Message] {
      let bytes = Array(repeating: UInt8(1), count: count)
      return [
        .network(LearnedNetwork(run: .max, bytes: bytes)),
        .teachReport(TeachReport(run: .max, attempt: .max, outcome: .network(bytes))),
      ]
    }
    for message in messages(Limits.networkBytes) { try fits(message) }
    for message in messages(Limits.networkBytes + 1) {
      #expect(throws: PackingError.self) { _ = try Frame(packed: Frame(message).packed()) }
    }
  }

  @Test("the largest question of a round fits a frame, and a larger one is refused")
  func largestQuestion() throws {
    func message(_ count: Int) -> Message {
      .roundQuestion(
        RoundQuestion(
          run: .max, round: .max, asOf: Day.supported.upperBound, documentVersion: .max,
          settings: Array(repeating: 1, count: Limits.runBytes),
          question: Array(repeating: 1, count: count),
          shards: (0..<Limits.shardsPerQuestion).map { HeldShard(shard: $0, epoch: .max) }))
    }
    try fits(message(Limits.questionBytes))
    #expect(throws: PackingError.self) {
      _ = try Frame(packed: Frame(message(Limits.questionBytes + 1)).packed())
    }
  }

  @Test("answers are cut to frames, in their order, and one over the limit is a failure")
  func answers() throws {
    let counts = [0, Limits.answerBytes, Limits.answerBytes, 5, Limits.answerBytes + 1, 7]
    let entries = counts.enumerated().map { shard, count in
      RoundAnswers.Entry(
        shard: shard, epoch: .max, outcome: .answer(Array(repeating: 1, count: count)))
    }
    let messages = RoundAnswers(run: .max, round: .max, entries: entries).cutToFrames()
    #expect(messages.count > 1)
    for message in messages { try fits(.roundAnswers(message)) }
    var cut = messages.flatMap(\.entries)
    #expect(cut.map(\.shard) == Array(0..<6))
    guard case .failure(_, let mayPass) = cut.remove(at: 4).outcome else {
      Issue.record("an answer that cannot be sent was sent")
      return
    }
    #expect(!mayPass && cut == entries.filter { $0.shard != 4 })
  }

  @Test("the failures of every shard are cut to frames")
  func failures() throws {
    let reason = String(repeating: "!", count: 2 * Limits.sentenceBytes)
    let entries = (0..<1_000).map {
      RoundAnswers.Entry(
        shard: $0, epoch: .max, outcome: .failure(reason: reason, mayPass: true))
    }
    for message in RoundAnswers(run: 1, round: 1, entries: entries).cutToFrames() {
      #expect(Frame(.roundAnswers(message)).packed().count <= Limits.frameBytes)
    }
  }

  @Test("the order of a unit with the largest plan fits a frame")
  func largestUnitOrder() throws {
    let plan = Array(repeating: UInt8(1), count: Limits.planBytes)
    try fits(
      .unitOrder(
        UnitOrder(
          id: UnitID(run: .max, shard: 16_383, slice: 0), sliceCount: Int(UInt32.max),
          epoch: .max, kind: .allocate, asOf: Day.supported.upperBound,
          settings: Array(repeating: 1, count: Limits.runBytes), network: .max,
          plan: UnitPlan(shared: plan, part: plan))))
  }

  @Test("a row of the sample comes back, and a part without a location is refused")
  func sampleRows() throws {
    var row = SampleRow(
      sku: try SKU("bolt"), category: "iron",
      parts: [SampleRow.Part(location: try Location("north"), series: [1, 2])])
    var writer = ByteWriter()
    row.pack(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try SampleRow(from: &reader) == row)
    row.parts = []
    var bare = ByteWriter()
    row.pack(into: &bare)
    var nameless = ByteReader(bare.bytes.dropLast() + [1, 0, 0])
    #expect(throws: PackingError.invalid(what: "location")) {
      _ = try SampleRow(from: &nameless)
    }
  }

  @Test("the largest document fits a frame, and the most warehouses fit a document")
  func largestDocument() throws {
    let content = Array(repeating: UInt8(1), count: Limits.documentBytes)
    try fits(.document(Document(version: .max, content: content)))
    try fits(.documentChange(base: .max, content: content))
    let location = try Location(bytes: Array(repeating: 0x61, count: Location.maximumBytes))
    var document = PlanningDocument()
    document.warehouses = WarehouseList(
      Array(
        repeating: Warehouse(
          location: location, capacityCubicMetres: 1, receivingLinesPerDay: 1),
        count: WarehouseList.maximumCount))
    #expect(document.packed().count <= Limits.documentBytes)
  }

  @Test("a sentence that is too long is cut at a character, and the message arrives")
  func longSentences() throws {
    for filler in ["!", "é", "\u{1F9E6}", "e\u{301}"] {
      let reason = "because" + String(repeating: filler, count: 2_000)
      let frame = Frame(.refusal(Refusal(.failed, reason)))
      guard case .refusal(let read) = try Frame(packed: frame.packed()).message else {
        Issue.record("another message came back")
        return
      }
      #expect(reason.unicodeScalars.starts(with: read.reason.unicodeScalars))
      #expect(read.reason.utf8.count > Limits.sentenceBytes - 4)
      #expect(read.reason.utf8.count <= Limits.sentenceBytes)
    }
  }

  @Test("more quarantined SKUs than SKUs, or more SKUs than there can be, are refused")
  func skuCounts() throws {
    for outcome in [UnitOutcome(skus: 1, quarantined: 2), UnitOutcome(skus: Limits.skus + 1)] {
      let report = UnitReport(id: UnitID(run: 1, shard: 0, slice: 0), epoch: 1, outcome: outcome)
      #expect(throws: PackingError.invalid(what: "SKU counts")) {
        _ = try Frame(packed: Frame(.unitReport(report)).packed())
      }
    }
  }

  @Test("more SKUs that fell back than SKUs are refused")
  func fellBack() {
    let outcome = UnitOutcome(skus: 1, fellBack: 2)
    let report = UnitReport(id: UnitID(run: 1, shard: 0, slice: 0), epoch: 1, outcome: outcome)
    #expect(throws: PackingError.invalid(what: "SKUs that fell back")) {
      _ = try Frame(packed: Frame(.unitReport(report)).packed())
    }
  }

  @Test("a slice beyond its count is refused")
  func slices() {
    let order = UnitOrder(
      id: UnitID(run: 1, shard: 0, slice: 3), sliceCount: 3, epoch: 1, kind: .train,
      asOf: Day(number: 0), settings: [])
    #expect(throws: PackingError.invalid(what: "slice 3 of 3")) {
      _ = try Frame(packed: Frame(.unitOrder(order)).packed())
    }
  }

  @Test("a sequence is 1 or more", arguments: [0, 1 << 48, UInt64.max])
  func sequences(sequence: UInt64) {
    let identity = BatchIdentity(
      source: SourceID(high: 1, low: 2), shard: 0, sequence: sequence, chain: 3, isLast: true)
    let frame = Frame(.batch(Batch(identity: identity, epoch: 1, table: .items, payload: [])))
    #expect(throws: PackingError.invalid(what: "sequence")) {
      _ = try Frame(packed: frame.packed())
    }
  }

  @Test(
    "a name of other signs, or none, is no node name", arguments: ["", "a b", "ü", "a/b", "a\n"])
  func names(text: String) {
    #expect(NodeName(text) == nil)
  }

  @Test("the largest shard that may be counted is cut into slices that can be named")
  func largestShard() {
    #expect(Slice.count(forSKUs: Int(Limits.skusPerShard)) < Int(UInt32.max))
  }

  @Test("settings of a run come back, and a season or horizon of 0 is refused")
  func settings() throws {
    let settings = RunSettings(
      season: 7, horizonDays: 91, models: ["ets"], policy: [1], isUpdate: true,
      scenario: [2, 3])
    var writer = ByteWriter()
    settings.pack(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try RunSettings(from: &reader) == settings)
    #expect(try RunSettings(packed: writer.bytes) == settings)
    var empty = ByteWriter()
    RunSettings(season: 0, horizonDays: 91, models: []).pack(into: &empty)
    var other = ByteReader(empty.bytes)
    #expect(throws: PackingError.self) { _ = try RunSettings(from: &other) }
  }

  @Test("settings that were stored before there were scenarios are those of a real run")
  func olderSettings() throws {
    let settings = RunSettings(season: 7, horizonDays: 91, models: ["ets"], policy: [1])
    var writer = ByteWriter()
    settings.pack(into: &writer)
    #expect(try RunSettings(packed: writer.bytes.dropLast()) == settings)
  }

  @Test("exported rows come back")
  func exportedRows() throws {
    let rows = [
      ExportedRow(sku: try SKU("a"), location: try Location("north"), run: 3, value: [1]),
      ExportedRow(sku: try SKU("b"), location: nil, run: 0, value: []),
    ]
    #expect(try ExportedRow.unpack(ExportedRow.pack(rows)) == rows)
  }
}
