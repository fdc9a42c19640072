import Demand
import FuzzTargets
import Packing
import Testing

@testable import WireProtocol

@Suite("The protocol's document")
struct ProtocolDocumentTests {
  private let document: ProtocolDocument

  init() throws { document = try ProtocolDocument() }

  @Test("its hashes are those of XXH64")
  func hashes() throws {
    for line in try document.block("xxh64") {
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      let rest = try #require(parts.last).split(separator: " ")
      let seed = try #require(UInt64(rest[0]))
      let hash = try ProtocolDocument.number(rest[1])
      #expect(XXH64.hash(Array(parts[1].utf8), seed: seed) == hash, "\(line)")
    }
  }

  @Test("its SKUs have these digests and shards")
  func skus() throws {
    for line in try document.block("sku") {
      let words = line.split(separator: " ")
      let sku = try SKU(bytes: try ProtocolDocument.bytes(words[0]))
      #expect(try sku.digest == ProtocolDocument.number(words[1]), "\(line)")
      #expect(Int(words[2]) == sku.shard(of: 16), "\(line)")
      #expect(Int(words[3]) == sku.shard(of: 1_024), "\(line)")
    }
  }

  @Test("its SKUs have these hashes in the sample")
  func sample() throws {
    for line in try document.block("sample") {
      let words = line.split(separator: " ")
      let sku = try SKU(bytes: try ProtocolDocument.bytes(words[0]))
      #expect(try sku.sampleHash == ProtocolDocument.number(words[1]), "\(line)")
    }
  }

  @Test("its slices have these digests")
  func slices() throws {
    for line in try document.block("slice") {
      let words = line.split(separator: " ")
      let index = try #require(Int(words[0]))
      let digests = Slice(index: index, of: try #require(Int(words[1]))).digests
      #expect(try digests.lowerBound == ProtocolDocument.number(words[2]), "\(line)")
      #expect(try digests.upperBound == ProtocolDocument.number(words[3]), "\(line)")
    }
  }

  @Test("its chain goes on from batch to batch, and the store takes it")
  func chain() throws {
    let source = SourceID(name: "daily-sales")
    var progress = SourceProgress()
    for line in try document.block("chain") {
      let words = line.split(separator: " ")
      let payload = try ProtocolDocument.bytes(words[1])
      let batch = BatchIdentity(
        source: source, shard: 0, sequence: try #require(UInt64(words[0])),
        chain: try ProtocolDocument.number(words[2]), isLast: false)
      #expect(progress.verdict(on: batch, payload: payload) == .apply, "\(line)")
      progress = progress.advanced(by: batch)
    }
  }

  @Test("its sources have these names")
  func sources() throws {
    for line in try document.block("source") {
      let words = line.split(separator: " ")
      #expect(SourceID(name: String(words[0])).description == words[1])
    }
  }

  @Test("its frames are those that are sent")
  func frames() throws {
    let frames = [
      "statusRequest": Frame(request: 0x0102_0304_0506_0708, .statusRequest),
      "refusal": Frame(.refusal(Refusal(.busy, "no"))),
    ]
    for line in try document.block("frame") {
      let words = line.split(separator: " ")
      let frame = try #require(frames[String(words[0])])
      #expect(try frame.packed() == ProtocolDocument.bytes(words[1]), "\(line)")
    }
  }

  @Test("it names every message with its kind")
  func kinds() throws {
    let node = try #require(MessageSamples.node)
    let messages = try MessageSamples.all(node).map { message in
      let name = String(describing: message).prefix { $0.isLetter }
      return "\(message.kind) \(name)"
    }
    let listed = document.rows.filter { $0.count == 4 && UInt8($0[0]) != nil }
      .map { "\($0[0]) \($0[1])" }
    #expect(Set(listed) == Set(messages))
  }

  @Test("it gives every limit its value")
  func limits() {
    let limits: [String: UInt64] = [
      "frameBytes": UInt64(Limits.frameBytes), "payloadBytes": UInt64(Limits.payloadBytes),
      "shards": UInt64(Limits.shards), "skus": Limits.skus, "skusPerShard": Limits.skusPerShard,
      "nodes": UInt64(Limits.nodes), "nodeNameBytes": UInt64(Limits.nodeNameBytes),
      "endpointBytes": UInt64(Limits.endpointBytes),
      "publicKeyBytes": UInt64(Limits.publicKeyBytes),
      "sentenceBytes": UInt64(Limits.sentenceBytes), "runBytes": UInt64(Limits.runBytes),
      "summaryBytes": UInt64(Limits.summaryBytes),
      "documentBytes": UInt64(Limits.documentBytes),
      "networkBytes": UInt64(Limits.networkBytes),
      "scenarioBytes": UInt64(Limits.scenarioBytes),
      "questionBytes": UInt64(Limits.questionBytes),
      "answerBytes": UInt64(Limits.answerBytes),
      "shardsPerQuestion": UInt64(Limits.shardsPerQuestion),
      "planBytes": UInt64(Limits.planBytes), "skusPerGet": UInt64(Limits.skusPerGet),
      "unitsInHand": UInt64(Limits.unitsInHand), "auditLines": UInt64(Limits.auditLines),
      "auditLineBytes": UInt64(Limits.auditLineBytes),
      "pieceBytes": UInt64(Limits.pieceBytes), "piecesPerEntry": UInt64(Limits.piecesPerEntry),
      "piecesPerAppend": UInt64(Limits.piecesPerAppend), "replicas": UInt64(Limits.replicas),
      "followersPerHeartbeat": UInt64(Limits.followersPerHeartbeat),
      "refusalReasons": UInt64(Limits.refusalReasons),
      "refusalReasonBytes": UInt64(Limits.refusalReasonBytes),
      "keptRecords": UInt64(Limits.keptRecords), "recordBytes": UInt64(Limits.recordBytes),
      "recordNameBytes": UInt64(Limits.recordNameBytes),
      "hostBytes": UInt64(Limits.hostBytes), "programBytes": UInt64(Limits.programBytes),
      "coordinators": UInt64(Limits.coordinators),
      "namedQuarantine": UInt64(Limits.namedQuarantine),
    ]
    let listed = document.rows.filter { $0.count == 2 && UInt64($0[1]) != nil }
    let pairs = listed.map { ($0[0], UInt64($0[1])) }
    #expect(Dictionary(pairs, uniquingKeysWith: { first, _ in first }) == limits)
  }
}
