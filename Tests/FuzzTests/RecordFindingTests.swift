import Coordination
import Demand
import Packing
import Testing
import WireProtocol

/// What was found in how a coordinator starts from its records: numbers from which it could not
/// count on, and records that do not go together, ended it.
@Suite struct RecordFindingTests {
  private func coordinator(_ records: [String: [UInt8]]) throws -> Coordinator {
    try Coordinator(
      settings: Coordinator.Settings(shardCount: 2), records: records, freshID: 7,
      merge: { left, _, _ in Array("\(left)".utf8) }, at: Instant(milliseconds: 0))
  }

  private func sealed(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    write(&writer)
    writer.seal()
    return writer.bytes
  }

  private func identity(shards: Int = 2, term: UInt64) -> [UInt8] {
    sealed { writer in
      writer.fixed(UInt64(7))
      writer.count(shards)
      writer.varint(term)
    }
  }

  @Test func `a term that cannot be followed by another is refused`() throws {
    #expect(throws: Never.self) { try coordinator(["cluster": identity(term: 5)]) }
    for term in [UInt64.max, 1 << 32] {
      #expect(throws: PackingError.invalid(what: "identity")) {
        try coordinator(["cluster": identity(term: term)])
      }
    }
    #expect(throws: PackingError.invalid(what: "identity")) {
      try coordinator(["cluster": identity(shards: 0, term: 1)])
    }
  }

  @Test func `a placement of other shards, or at the end of its numbers, is refused`() throws {
    func start(_ shardCount: Int, version: UInt64 = 1, epoch: UInt64 = 1) throws {
      var placement = Placement(shardCount: shardCount)
      placement.version = version
      placement.assignments[0].epoch = epoch
      _ = try coordinator([
        "cluster": identity(term: 1), "placement": sealed { placement.pack(into: &$0) },
      ])
    }
    #expect(throws: Never.self) { try start(2) }
    #expect(throws: PackingError.invalid(what: "placement")) { try start(3) }
    #expect(throws: PackingError.invalid(what: "placement")) { try start(2, version: .max) }
    #expect(throws: PackingError.invalid(what: "placement")) { try start(2, epoch: .max) }
  }

  @Test func `a document at the end of its versions is refused`() {
    let document = sealed { Document(version: .max).pack(into: &$0) }
    #expect(throws: PackingError.invalid(what: "version of the document")) {
      try coordinator(["cluster": identity(term: 1), "document": document])
    }
  }
}
