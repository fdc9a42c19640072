import ClusterStore
import FoundationEssentials
import Testing

@testable import EtcdStore

/// A condition with a misspelt field guards nothing, and etcd says nothing: so to the letter.
@Suite("Questions to etcd")
struct EtcdRequestTests {
  private func json(_ question: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(question), as: UTF8.self)
  }

  @Test("a transaction says its conditions, its steps and what it does otherwise")
  func transaction() throws {
    let question = EtcdRequest.Transaction(
      conditions: [.created([97], at: 7), .changed([98], at: 0)],
      steps: [.put(EtcdRequest.Put([97], [1])), .delete(EtcdRequest.Delete([98]))],
      otherwise: [.range(EtcdRequest.Range([97], keysOnly: true))])
    #expect(
      try json(question)
        == #"{"compare":["#
        + #"{"create_revision":"7","key":"YQ==","result":"EQUAL","target":"CREATE"},"#
        + #"{"key":"Yg==","mod_revision":"0","result":"EQUAL","target":"MOD"}],"#
        + #""failure":[{"request_range":{"key":"YQ==","keys_only":true}}],"#
        + #""success":[{"request_put":{"key":"YQ==","value":"AQ=="}},"#
        + #"{"request_delete_range":{"key":"Yg=="}}]}"#)
  }

  @Test("a transaction within another is one of its steps")
  func nested() throws {
    let inner = EtcdRequest.Transaction(
      conditions: [], steps: [.put(EtcdRequest.Put([97], [], lease: -3))], otherwise: [])
    #expect(
      try json(EtcdRequest.Step.transaction(inner))
        == #"{"request_txn":{"compare":[],"failure":[],"#
        + #""success":[{"request_put":{"key":"YQ==","lease":"-3","value":""}}]}}"#)
  }

  @Test("a range says where it ends, how many entries it wants and as of when")
  func range() throws {
    #expect(
      try json(EtcdRequest.Range(from: [97], to: [98], limit: 8, at: 5))
        == #"{"key":"YQ==","limit":"8","range_end":"Yg==","revision":"5"}"#)
    #expect(try json(EtcdRequest.Range([97])) == #"{"key":"YQ=="}"#)
    var own = EtcdRequest.Range([97], keysOnly: true)
    own.isSerializable = true
    #expect(try json(own) == #"{"key":"YQ==","keys_only":true,"serializable":true}"#)
  }

  @Test("a lease is asked for by its seconds and named by its number")
  func leases() throws {
    #expect(try json(EtcdRequest.Grant(seconds: NumberText(3))) == #"{"TTL":"3"}"#)
    #expect(try json(EtcdRequest.Lease(Int64.max)) == #"{"ID":"9223372036854775807"}"#)
  }

  @Test("the range of a prefix ends behind all that begin with it")
  func prefixes() {
    #expect(EtcdAccess.end(ofPrefix: Array("run/".utf8)) == Array("run0".utf8))
    #expect(EtcdAccess.end(ofPrefix: [1, 255, 255]) == [2])
    #expect(EtcdAccess.end(ofPrefix: [255]) == [0])
    #expect(EtcdAccess.end(ofPrefix: []) == [0])
  }
}

@Suite("Changes in groups")
struct ChangeGroupsTests {
  private func changes(_ count: Int, bytes: Int = 1) -> [Change] {
    (0..<count).map {
      Change("key \($0)", to: [UInt8](repeating: 0, count: bytes), expected: 0)
    }
  }

  @Test("keep their order and lose none")
  func order() {
    let all = changes(1_000)
    let groups = ChangeGroups.cut(all)
    #expect(Array(groups.joined()) == all)
    #expect(groups.allSatisfy { !$0.isEmpty && $0.count <= ChangeGroups.changes })
    #expect(ChangeGroups.cut([]).isEmpty)
  }

  @Test("stay below what a request may have")
  func bytes() {
    let groups = ChangeGroups.cut(changes(50, bytes: 300_000))
    #expect(groups.map(\.count).allSatisfy { $0 <= 3 })
    #expect(groups.count == 17)
  }

  @Test("take the largest record alone")
  func largest() {
    #expect(ChangeGroups.cut(changes(2, bytes: EtcdAccess.recordBytes)).map(\.count) == [1, 1])
  }

  @Test("have each key once")
  func keys() {
    let twice = [
      Change("a", to: [1], expected: 0), Change("b", to: [1], expected: 0),
      Change("a", to: [2], expected: 1),
    ]
    #expect(ChangeGroups.cut(twice).map { $0.map(\.key) } == [["a", "b"], ["a"]])
  }
}
