import Coordination
import Demand
import Packing
import WireProtocol

/// What a coordinator starts from.
enum RecordReaders {
  private static let keys = [
    "cluster", "placement", "document", "run/0000000000000001", "run/0000000000000002",
    "run/0000000000000001/0000000000000000", "network/0000000000000001", "plan/0000000000000001",
  ]

  /// Records by key, each as the number of its key and its bytes
  /// without the checksum. Whatever they hold, it starts and goes on, or says that it cannot.
  static let coordinator = FuzzReader(
    "records", seeds: { [packed(try livedRecords())] },
    check: { bytes throws(Finding) in
      var records: [String: [UInt8]] = [:]
      do throws(PackingError) {
        var reader = ByteReader(bytes)
        while reader.left > 0 {
          let key = keys[Int(try reader.byte()) % keys.count]
          var writer = ByteWriter()
          writer.raw(try reader.blob("record", limit: 1 << 20))
          writer.seal()
          records[key] = writer.bytes
        }
      } catch {
        return .refused
      }
      do throws(PackingError) {
        var coordinator = try coordinator(records)
        _ = live(&coordinator)
        _ = coordinator.status(at: Instant(milliseconds: 60_000))
        return .taken
      } catch {
        return try FuzzReader.refused("records", error)
      }
    })

  private static func coordinator(
    _ records: [String: [UInt8]]
  ) throws(PackingError) -> Coordinator {
    try Coordinator(
      settings: Coordinator.Settings(shardCount: 2), records: records, freshID: 7,
      merge: { _, left, right in left + right }, at: Instant(milliseconds: 0))
  }

  /// Steps through the beginning of a life, with every write durable at once; what was written.
  private static func live(_ coordinator: inout Coordinator) -> [String: [UInt8]] {
    var written: [String: [UInt8]] = [:]
    guard let node = MessageSamples.node else { return written }
    let client = Sender(address: Address([2]), role: .client, name: "client")
    let hello = Hello(
      node: node, incarnation: 1, clusterID: 0, endpoint: "tcp://127.0.0.1:1", publicKey: "k",
      credits: 1, held: [])
    let worker = Sender(address: Address([1]), role: .worker, name: node.text)
    var events: [Coordinator.Event] = [
      .tick, .received(Frame(request: 1, .hello(hello)), from: worker), .tick,
    ]
    for token in [4, 5] as [UInt64] {
      let request = RunRequest(
        token: token, kind: .train, asOf: FuzzMarket.asOf, settings: [1], network: .latest)
      events += [.received(Frame(request: token, .runRequest(request)), from: client), .tick]
    }
    for (index, event) in events.enumerated() {
      let now = Instant(milliseconds: Int64(index) * 150)
      var waiting = [event]
      while let next = waiting.popLast(), written.count < 64 {
        for case .store(let token, let key, let value) in coordinator.step(next, at: now) {
          written[key] = value
          waiting.append(.stored(token: token))
        }
      }
    }
    return written
  }

  /// How a cluster is at the beginning of its life.
  static func status() throws -> ClusterStatus {
    var coordinator = try coordinator([:])
    _ = live(&coordinator)
    return coordinator.status(at: Instant(milliseconds: 60_000))
  }

  private static func livedRecords() throws -> [String: [UInt8]] {
    var coordinator = try coordinator([:])
    var records = live(&coordinator)
    var writer = ByteWriter()
    LearnedNetwork(run: 1, bytes: [1, 2, 3]).pack(into: &writer)
    writer.seal()
    records["network/0000000000000001"] = writer.bytes
    writer = ByteWriter()
    Document(version: 3, content: try FuzzMarket.document().packed()).pack(into: &writer)
    writer.seal()
    records["document"] = writer.bytes
    return records
  }

  private static func packed(_ records: [String: [UInt8]]) -> [UInt8] {
    var writer = ByteWriter()
    for (number, key) in keys.enumerated() {
      guard let value = records[key] else { continue }
      writer.fixed(UInt8(number))
      writer.blob(Array(value.dropLast(8)))
    }
    return writer.bytes
  }
}
