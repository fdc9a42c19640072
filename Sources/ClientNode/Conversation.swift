import Threading
import WireProtocol

/// Many questions to workers at once, each asked until it is answered.
///
/// Where a question goes is found anew from the map each time that it is sent, so a shard that
/// moves or a worker that restarts costs a repetition and nothing else.
final class Conversation {
  /// Says whom to ask and what, by the placement of the moment; nothing while nobody can be asked.
  typealias Route = (Placement) -> (node: NodeName, message: Message)?

  private struct Question {
    var ticket: Int
    var route: Route
    var sendAt: Moment
    var node: NodeName?
  }

  private let client: ClusterClient
  private var questions: [UInt64: Question] = [:]
  private var answered: [(ticket: Int, answer: Message)] = []
  private var lastAnswerAt: Moment

  init(_ client: ClusterClient) {
    self.client = client
    lastAnswerAt = client.clock.now
  }

  /// The number of questions that are not answered yet.
  var outstanding: Int { questions.count + answered.count }

  /// Asks; the answer comes out of `next` under the ticket.
  func ask(_ ticket: Int, _ route: @escaping Route) {
    if questions.isEmpty { lastAnswerAt = client.clock.now }
    questions[client.nextRequest()] = Question(
      ticket: ticket, route: route, sendAt: client.clock.now)
  }

  /// Asks the owner of a shard for its next rows; the answer comes under the shard's number.
  func ask(for scope: RowsRequest.Scope, of shard: Int, from cursor: [UInt8]) {
    ask(shard) { placement in
      let assignment = placement.assignments[shard]
      guard let primary = assignment.primary else { return nil }
      let request = RowsRequest(
        scope: scope, shard: shard, epoch: assignment.epoch, cursor: cursor)
      return (primary, .rowsRequest(request))
    }
  }

  /// Waits for the next answer, in the order in which they come. A refusal that repeating does not
  /// cure is thrown.
  func next() throws(ClientError) -> (ticket: Int, answer: Message) {
    precondition(outstanding > 0, "waiting for an answer to nothing")
    while answered.isEmpty {
      try send()
      for frame in try client.receive(timeoutMilliseconds: 20) { try take(frame) }
      try checkPatience()
    }
    return answered.removeFirst()
  }

  private func send() throws(ClientError) {
    guard let map = client.map else { return try client.requestMap() }
    let now = client.clock.now
    for request in questions.keys.sorted() {
      guard let question = questions[request], now >= question.sendAt else { continue }
      // Asked before: whoever was asked may be gone.
      if question.node != nil { try client.requestMap() }
      guard let (node, message) = question.route(map.placement) else {
        try client.requestMap()
        questions[request]?.sendAt = now + client.patience.rest
        continue
      }
      try client.send(Frame(request: request, message), to: node)
      questions[request]?.node = node
      questions[request]?.sendAt = now + client.patience.resendToWorker
    }
  }

  private func take(_ frame: Frame) throws(ClientError) {
    guard let question = questions[frame.request] else { return }
    if case .refusal(let refusal) = frame.message {
      guard refusal.code == .misplaced || refusal.code == .busy else { throw .refused(refusal) }
      if refusal.code == .misplaced { try client.requestMap() }
      questions[frame.request]?.node = nil
      questions[frame.request]?.sendAt = client.clock.now + client.patience.rest
      return
    }
    lastAnswerAt = client.clock.now
    questions[frame.request] = nil
    answered.append((question.ticket, frame.message))
  }

  private func checkPatience() throws(ClientError) {
    guard client.clock.now - lastAnswerAt >= client.patience.workers else { return }
    let nodes = Set(questions.values.compactMap { $0.node?.text }).sorted()
    throw .silent(
      node: nodes.isEmpty ? "the workers" : nodes.joined(separator: ", "),
      seconds: Int(client.patience.workers / 1_000), detail: client.unreachedWorkers)
  }
}
