import Threading
import WireProtocol

/// Many questions to workers at once, each asked until it is answered.
///
/// Where a question goes is found anew from the map each time that it is sent, so a shard that
/// moves or a worker that restarts costs a repetition and nothing else. The primary is asked first;
/// who does not answer soon, or is known not to be there, is not waited for where another worker
/// has a copy in step: the first answer counts.
final class Conversation {
  /// Says who can answer, the primary first, and what to ask, by the placement of the moment;
  /// nobody while nobody can be asked.
  typealias Route = (Placement) -> (copies: [NodeName], message: Message)

  private struct Question {
    var ticket: Int
    var route: Route
    /// When it is sent to all anew.
    var sendAt: Moment
    /// When the next copy is asked too.
    var hedgeAt: Moment?
    /// Who was asked since it was sent anew, has not refused, and when.
    var asked: [NodeName: Moment] = [:]
    /// Who said that it cannot answer by this map, and why.
    var failed: [NodeName: Refusal] = [:]
    /// What was said last instead of an answer, and by whom.
    var lastRefusal: (node: NodeName, reason: String)?
    var wasSent = false
    /// Whether nobody answered in the time in which an answer is there mostly.
    var isLate = false
  }

  private let client: ClusterClient
  private var questions: [UInt64: Question] = [:]
  private var answered: [(ticket: Int, answer: Message)] = []
  private var lastAnswerAt: Moment
  private var mapsSeen: Int
  /// The cluster that is asked: what is asked of one makes no sense to another.
  private var cluster: UInt64?

  init(_ client: ClusterClient) {
    self.client = client
    lastAnswerAt = client.clock.now
    mapsSeen = client.mapsReceived
  }

  /// The number of questions that are not answered yet.
  var outstanding: Int { questions.count + answered.count }

  /// Asks; the answer comes out of `next` under the ticket.
  func ask(_ ticket: Int, _ route: @escaping Route) {
    if questions.isEmpty { lastAnswerAt = client.clock.now }
    questions[client.nextRequest()] = Question(
      ticket: ticket, route: route, sendAt: client.clock.now)
  }

  /// Asks those that have a shard for its next rows; the answer comes under the shard's number.
  func ask(for scope: RowsRequest.Scope, of shard: Int, from cursor: [UInt8]) {
    ask(shard) { placement in
      let assignment = placement.assignments[shard]
      let request = RowsRequest(
        scope: scope, shard: shard, epoch: assignment.epoch, cursor: cursor)
      return (assignment.copies, .rowsRequest(request))
    }
  }

  /// Waits for the next answer, in the order in which they come. A refusal that repeating does not
  /// cure is thrown.
  func next() throws(ClientError) -> (ticket: Int, answer: Message) {
    precondition(outstanding > 0, "waiting for an answer to nothing")
    while answered.isEmpty {
      try send()
      for (node, frame) in try client.receiveNamed(timeoutMilliseconds: 20) {
        try take(frame, from: node)
      }
      try checkPatience()
    }
    return answered.removeFirst()
  }

  // MARK: Sending

  private func send() throws(ClientError) {
    guard let map = client.map else { return try client.requestMap() }
    if let cluster, cluster != map.clusterID {
      throw .unexpected(node: "the coordinator", what: "for another cluster than before")
    }
    cluster = map.clusterID
    let now = client.clock.now
    let isNewMap = mapsSeen != client.mapsReceived
    mapsSeen = client.mapsReceived
    for request in questions.keys.sorted() {
      guard var question = questions[request] else { continue }
      if isNewMap {
        // Who is elsewhere by now, or has another key, has not heard it.
        question.asked = question.asked.filter { node, since in
          !client.hasMoved(node, since: since)
        }
        questions[request]?.asked = question.asked
      }
      if now >= question.sendAt {
        // Asked before: whoever was asked may be gone.
        if !question.asked.isEmpty { try client.requestMap() }
        questions[request]?.asked = [:]
        questions[request]?.failed = [:]
        try ask(request, map.placement, at: now)
      } else if let hedge = question.hedgeAt, now >= hedge {
        for (node, since) in question.asked where now - since >= client.patience.hedge {
          client.noteSilence(of: node, since: since)
        }
        questions[request]?.isLate = true
        try client.requestMap()
        try ask(request, map.placement, at: now)
      } else if isNewMap, question.wasSent, question.isLate || question.asked.isEmpty {
        // Whoever was asked is silent or was not the right one: by now it may be somebody else.
        questions[request]?.failed = question.failed.filter { $0.value.code != .misplaced }
        try ask(request, map.placement, at: now)
      }
    }
  }

  /// Asks the next one that may answer: those of whom nothing is known against come first.
  private func ask(
    _ request: UInt64, _ placement: Placement, at now: Moment
  ) throws(ClientError) {
    guard let question = questions[request] else { return }
    let (copies, message) = question.route(placement)
    let left = copies.filter { question.asked[$0] == nil && question.failed[$0] == nil }
    guard let node = left.first(where: { !client.isDoubtful($0) }) ?? left.first else {
      questions[request]?.hedgeAt = nil
      if question.asked.isEmpty {
        try client.requestMap()
        questions[request]?.sendAt = now + client.patience.rest
      }
      return
    }
    try client.send(Frame(request: request, message), to: node)
    if question.asked.isEmpty { questions[request]?.sendAt = now + client.patience.resendToWorker }
    questions[request]?.wasSent = true
    questions[request]?.asked[node] = now
    questions[request]?.hedgeAt = now + client.patience.hedge
  }

  // MARK: Answers

  private func take(_ frame: Frame, from node: NodeName) throws(ClientError) {
    guard let question = questions[frame.request] else { return }
    if case .refusal(let refusal) = frame.message {
      return try take(refusal, of: frame.request, from: node)
    }
    lastAnswerAt = client.clock.now
    questions[frame.request] = nil
    answered.append((question.ticket, frame.message))
  }

  private func take(
    _ refusal: Refusal, of request: UInt64, from node: NodeName
  ) throws(ClientError) {
    guard var question = questions[request], let map = client.map, map.clusterID == cluster
    else { return }
    question.asked[node] = nil
    question.lastRefusal = (node, refusal.reason)
    defer { questions[request] = question }
    switch refusal.code {
    case .busy: rest(&question)
    case .misplaced, .failed:
      // What one copy cannot read (a damaged row), or does not serve (it has just been started, and
      // has no orders yet), another one may.
      if refusal.code == .misplaced { try client.requestMap() }
      question.failed[node] = refusal
      let copies = question.route(map.placement).copies
      if copies.contains(where: { question.failed[$0] == nil }) {
        question.hedgeAt = client.clock.now
      } else if !copies.isEmpty, copies.allSatisfy({ question.failed[$0]?.code == .failed }) {
        throw .refused(refusal)
      } else {
        rest(&question)
      }
    default: throw .refused(refusal)
    }
  }

  /// Has a question asked anew after a while, unless somebody is yet to answer.
  private func rest(_ question: inout Question) {
    guard question.asked.isEmpty else { return }
    question.hedgeAt = nil
    question.sendAt = client.clock.now + client.patience.rest
  }

  private func checkPatience() throws(ClientError) {
    guard client.clock.now - lastAnswerAt >= client.patience.workers else { return }
    let nodes = Set(questions.values.flatMap { $0.asked.keys.map(\.text) }).sorted()
    throw .silent(
      node: nodes.isEmpty ? "the workers" : nodes.joined(separator: ", "),
      seconds: Int(client.patience.workers / 1_000), detail: obstacle)
  }

  /// What stands in the way of an answer, as far as is known.
  private var obstacle: String {
    let refusals = questions.values.compactMap(\.lastRefusal).map {
      "\($0.node) says: \($0.reason)"
    }
    let parts = [client.unreachedWorkers] + Set(refusals).sorted().prefix(2)
    return parts.filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
