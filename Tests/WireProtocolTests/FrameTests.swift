import Demand
import FuzzTargets
import Packing
import TestSupport
import Testing

@testable import WireProtocol

@Suite("Frames")
struct FrameTests {
  private func samples() throws -> [Frame] {
    let node = try #require(MessageSamples.node)
    return try MessageSamples.all(node).enumerated().map { Frame(request: UInt64($0) << 40, $1) }
  }

  @Test("every kind of message has a sample")
  func coverage() throws {
    let known = (UInt8.min...UInt8.max).filter { kind in
      var reader = ByteReader([])
      do throws(PackingError) {
        _ = try Message(kind: kind, from: &reader)
        return true
      } catch { return error != .invalid(what: "message kind \(kind)") }
    }
    #expect(Set(try samples().map(\.message.kind)) == Set(known))
  }

  @Test("every message comes back as it was")
  func roundTrip() throws {
    for frame in try samples() {
      #expect(try Frame(packed: frame.packed()) == frame, "kind \(frame.message.kind)")
    }
  }

  @Test("every truncation of every message is refused")
  func truncations() throws {
    for frame in try samples() {
      let bytes = frame.packed()
      for count in bytes.indices {
        #expect(throws: PackingError.self, "kind \(frame.message.kind), \(count) bytes") {
          _ = try Frame(packed: Array(bytes.prefix(count)))
        }
      }
    }
  }

  @Test("a byte too many is refused")
  func trailing() throws {
    for frame in try samples() {
      #expect(throws: PackingError.trailing(1), "kind \(frame.message.kind)") {
        _ = try Frame(packed: frame.packed() + [0])
      }
    }
  }

  @Test(
    "no mutation of any message traps, and what is read can be said again",
    arguments: 0..<10 as Range<UInt64>)
  func mutations(tenth: UInt64) throws {
    let samples = try samples().map { $0.packed() }
    for seed in (tenth * 1_000)..<(tenth * 1_000 + 1_000) {
      var random = SplitMix64(seed: seed)
      var bytes = samples[Int.random(in: 0..<samples.count, using: &random)]
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[index] = 0xFF
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
        default: if bytes.count > 1 { bytes.remove(at: index) }
        }
      }
      guard let frame = try? Frame(packed: bytes) else { continue }
      #expect(try Frame(packed: frame.packed()) == frame, "seed \(seed)")
    }
  }

  @Test("the header is the magic, the version, the kind and the request, in this order")
  func header() {
    let frame = Frame(request: 0x0102_0304_0506_0708, .statusRequest)
    #expect(frame.packed() == [0x47, 0x52, 5, 25, 8, 7, 6, 5, 4, 3, 2, 1])
  }

  @Test("a frame is in the oldest version that has all its fields")
  func versions() throws {
    let node = try #require(NodeName("w"))
    let program = ProgramVersion(name: "1.2.3", schema: 7)
    let hello = Hello(
      node: node, incarnation: 1, clusterID: 2, endpoint: "e", publicKey: "k", credits: 3, held: [],
      program: program)
    #expect(Frame(.statusRequest).packed()[2] == 5)
    #expect(Frame(.hello(hello)).packed()[2] == 6)
    let new = try Frame(packed: Frame(.hello(hello)).packed())
    #expect(new.version == 6 && new.message == .hello(hello))
    var older = Frame(.hello(hello))
    older.version = 5
    var known = hello
    known.program = .first
    let old = try Frame(packed: older.packed())
    #expect(old.version == 5 && old.message == .hello(known))
  }

  @Test("an answer is in the version in which it was asked")
  func answers() throws {
    let map = ClusterMap(
      clusterID: 1, placement: Placement(shardCount: 1), peers: [],
      coordinators: [
        PeerAddress(node: try #require(NodeName("c")), endpoint: "e", publicKey: "k")
      ])
    for version in Frame.versions {
      let question = Frame(request: 9, .mapRequest, version: version)
      let asked = try Frame(packed: question.packed())
      let answer = try Frame(packed: Frame(answering: asked, .map(map)).packed())
      #expect(answer.version == version && answer.request == 9)
      guard case .map(let found) = answer.message else {
        Issue.record("no map came")
        return
      }
      #expect(found.coordinators == (version == 5 ? [] : map.coordinators))
    }
  }

  @Test("another magic, version or kind is refused by name")
  func strangers() {
    let good = Frame(.statusRequest).packed()
    func refused(_ index: Int, _ value: UInt8, _ what: String) {
      var bytes = good
      bytes[index] = value
      #expect(throws: PackingError.invalid(what: what)) { _ = try Frame(packed: bytes) }
    }
    refused(0, 0x48, "magic")
    refused(2, 2, "protocol version 2, this program speaks 5 and 6")
    refused(2, 7, "protocol version 7, this program speaks 5 and 6")
    refused(3, 99, "message kind 99")
  }
}
