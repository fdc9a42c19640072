import FoundationEssentials
import Testing

@testable import EtcdStore

@Suite("Answers of etcd")
struct EtcdAnswerTests {
  private func read<Answer: Decodable>(_ json: String) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
  }

  @Test("without a word about it, a condition did not hold")
  func omittedSuccess() throws {
    let answer: EtcdAnswer.Transaction = try read(
      #"{"header":{"cluster_id":"18446744073709551615","revision":"2","raft_term":"9"}}"#)
    #expect(!answer.held)
    #expect(answer.steps.isEmpty)
    #expect(answer.header?.cluster == .max)
    #expect(answer.header?.revision == 2)
    #expect(answer.header?.raftTerm == 9)
  }

  @Test("without seconds, a lease is over")
  func deadLease() throws {
    let dead: EtcdAnswer.KeepAlive = try read(#"{"result":{"header":{},"ID":"12345"}}"#)
    #expect(dead.seconds == 0)
    let alive: EtcdAnswer.KeepAlive = try read(#"{"result":{"ID":"12345","TTL":"3"}}"#)
    #expect(alive.seconds == 3)
  }

  @Test("an entry without a value is empty")
  func emptyValue() throws {
    let answer: EtcdAnswer.Range = try read(
      #"{"kvs":[{"key":"YQ==","create_revision":"2","mod_revision":"4"}],"count":"1"}"#)
    let entry = try #require(answer.entries.first)
    #expect(entry.value == [])
    #expect(entry.key == [97])
    #expect(entry.created == 2)
    #expect(entry.changed == 4)
    #expect(entry.lease == 0)
    #expect(!answer.hasMore)
  }

  @Test("fields that are not known are passed over")
  func unknownFields() throws {
    let answer: EtcdAnswer.Range = try read(#"{"novelty":{"a":[1]},"more":true}"#)
    #expect(answer.hasMore)
  }

  @Test("what became of the transactions within one is read from its steps")
  func nested() throws {
    let answer: EtcdAnswer.Transaction = try read(
      #"{"succeeded":true,"responses":[{"response_put":{}},"#
        + #"{"response_txn":{"succeeded":true,"responses":[{"response_put":{}}]}},"#
        + #"{"response_txn":{"responses":[{"response_range":{"kvs":[{"key":"YQ==","#
        + #""mod_revision":"7"}]}}]}}]}"#)
    #expect(answer.held)
    #expect(answer.steps.map { $0.transaction?.held } == [nil, true, false])
    #expect(answer.steps.last?.transaction?.steps.first?.entries.first?.changed == 7)
  }

  @Test("a number that is none is refused")
  func garbage() {
    #expect(throws: DecodingError.self) {
      let _: EtcdAnswer.Grant = try read(#"{"ID":"12x"}"#)
    }
    #expect(throws: DecodingError.self) {
      let _: EtcdAnswer.Grant = try read(#"{"ID":1.5}"#)
    }
  }

  @Test(
    "refusals are told from what may pass",
    arguments: [
      (400, #"{"error":"etcdserver: request is too large","code":3}"#, EtcdFailure.Kind.refused),
      (404, #"{"error":"etcdserver: requested lease not found","code":5}"#, .gone),
      (
        400, #"{"error":"etcdserver: mvcc: required revision has been compacted","code":11}"#, .gone
      ),
      (429, #"{"error":"etcdserver: mvcc: database space exceeded","code":8}"#, .full),
      (429, #"{"error":"etcdserver: too many requests","code":8}"#, .unreachable),
      (503, #"{"error":"etcdserver: request timed out","code":14}"#, .unreachable),
      (502, "<html>Bad Gateway</html>", .unreachable),
    ])
  func refusals(status: Int, body: String, kind: EtcdFailure.Kind) {
    let failure = EtcdClient.failure(status, Array(body.utf8), "http://e", JSONDecoder())
    #expect(failure.kind == kind)
    #expect(!failure.reason.isEmpty)
  }
}
