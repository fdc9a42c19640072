import FoundationEssentials
import Storage
import Threading

/// Asks the members of an etcd, the one that answered last first. Used from one thread.
///
/// A member whose host is gone refuses nothing, it is silent: each time that it is asked first
/// costs the whole timeout. So whoever did not answer is asked last the next time, also where
/// nobody else did, and a client begins with what another one has learnt.
///
/// A request that was not answered in time may be carried out all the same, now or much later, and
/// is put to the next member meanwhile: whoever asks makes sure that it does no harm twice.
final class EtcdClient {
  let access: EtcdAccess
  /// When the request was sent that was answered last; its attempts before count for nothing.
  private(set) var sentAt: Moment

  private let clock = MonotonicClock()
  private let connection: HTTPConnection
  private let encoder = JSONEncoder()
  private let decoder = JSONDecoder()
  /// What is known of the members.
  struct Acquaintance: Equatable, Sendable {
    /// The endpoint that is asked first.
    var first = 0
    /// The etcd that the endpoints belong to, known from the first answer on.
    var cluster: UInt64?
    /// The endpoints that have said so.
    var known: Set<Int> = []
  }

  private(set) var members: Acquaintance

  /// A client of these endpoints; what one of the same ones has learnt spares it silent members.
  init(_ access: EtcdAccess, members: Acquaintance = Acquaintance()) throws(EtcdFailure) {
    precondition(!access.endpoints.isEmpty, "an etcd has an endpoint")
    self.access = access
    self.members = members
    sentAt = clock.now
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { connection = try HTTPConnection(access) } catch {
      throw EtcdFailure(kind: .refused, reason: error.reason)
    }
  }

  func range(_ question: EtcdRequest.Range) throws(EtcdFailure) -> EtcdAnswer.Range {
    try ask("kv/range", question)
  }

  func transaction(
    _ question: EtcdRequest.Transaction
  ) throws(EtcdFailure) -> EtcdAnswer.Transaction {
    try ask("kv/txn", question)
  }

  func grant(seconds: Int) throws(EtcdFailure) -> EtcdAnswer.Grant {
    try ask("lease/grant", EtcdRequest.Grant(seconds: NumberText(Int64(seconds))))
  }

  func keepAlive(_ lease: Int64) throws(EtcdFailure) -> EtcdAnswer.KeepAlive {
    try ask("lease/keepalive", EtcdRequest.Lease(lease))
  }

  func revoke(_ lease: Int64) throws(EtcdFailure) {
    let _: EtcdAnswer.Revoke = try ask("lease/revoke", EtcdRequest.Lease(lease))
  }

  // MARK: Asking

  private func ask<Question: Encodable, Answer: Decodable & Headed>(
    _ path: String, _ question: Question
  ) throws(EtcdFailure) -> Answer {
    let body = try encoded(question)
    let count = access.endpoints.count
    let start = members.first
    var failures: [String] = []
    for index in (0..<count).map({ (start + $0) % count }) {
      do {
        if !members.known.contains(index) { try meet(index) }
        let answer: Answer = try post(body, path, to: index)
        members.first = index
        return answer
      } catch {
        guard error.kind == .unreachable else { throw error }
        failures.append("\(access.endpoints[index]): \(error.reason)")
      }
    }
    // Those behind it may only have had no leader yet, and have one by now.
    members.first = (start + 1) % count
    throw EtcdFailure(kind: .unreachable, reason: failures.joined(separator: "; "))
  }

  /// Makes sure that a member belongs to the same etcd as the others: of two etcds, each would give
  /// the seat to somebody. A member knows that by itself, while there is no leader too.
  private func meet(_ index: Int) throws(EtcdFailure) {
    var question = EtcdRequest.Range(access.leaderKey, keysOnly: true)
    question.isSerializable = true
    let answer: EtcdAnswer.Range = try post(try encoded(question), "kv/range", to: index)
    guard let found = answer.header?.cluster, found != 0 else {
      throw EtcdFailure(kind: .unreachable, reason: "does not say which etcd it belongs to")
    }
    if let cluster = members.cluster, cluster != found {
      throw EtcdFailure(
        kind: .unreachable,
        reason: "belongs to another etcd, \(String(found, radix: 16)), than the other endpoints, "
          + String(cluster, radix: 16))
    }
    members.cluster = found
    members.known.insert(index)
  }

  private func encoded(_ question: some Encodable) throws(EtcdFailure) -> [UInt8] {
    do { return Array(try encoder.encode(question)) } catch {
      throw EtcdFailure(kind: .refused, reason: "cannot be asked: \(error)")
    }
  }

  private func post<Answer: Decodable>(
    _ body: [UInt8], _ path: String, to index: Int
  ) throws(EtcdFailure) -> Answer {
    let endpoint = access.endpoints[index]
    let sent = clock.now
    let status: Int
    let bytes: [UInt8]
    do {
      (status, bytes) = try connection.post(
        body, to: "\(endpoint)/v3/\(path)", limit: EtcdAccess.answerBytes)
    } catch {
      throw EtcdFailure(
        kind: error.isTooLong ? .tooLong : .unreachable, endpoint: endpoint, reason: error.reason)
    }
    guard status == 200 else { throw Self.failure(status, bytes, endpoint, decoder) }
    do {
      let answer = try decoder.decode(Answer.self, from: Data(bytes))
      sentAt = sent
      return answer
    } catch {
      throw EtcdFailure(kind: .unreachable, endpoint: endpoint, reason: "does not answer as etcd")
    }
  }

  /// What an answer that is none means. The codes are those of gRPC.
  static func failure(
    _ status: Int, _ bytes: [UInt8], _ endpoint: String, _ decoder: JSONDecoder
  ) -> EtcdFailure {
    guard let fault = try? decoder.decode(EtcdAnswer.Fault.self, from: Data(bytes)),
      !fault.reason.isEmpty
    else {
      return EtcdFailure(
        kind: .unreachable, endpoint: endpoint, reason: "answers with status \(status)")
    }
    let kind: EtcdFailure.Kind =
      switch fault.code {
      case 3, 7, 9, 12, 16: .refused
      case 5, 11: .gone
      case 8: fault.reason.contains("space exceeded") ? .full : .unreachable
      default: .unreachable  // no leader, an election, a timeout within etcd
      }
    return EtcdFailure(kind: kind, endpoint: endpoint, reason: fault.reason)
  }
}
