public import Demand
public import WireProtocol

/// Reads the served forecasts of SKUs: asks each worker for its own, many at once, and hands the
/// records over in the order asked. SKUs that are asked for together are on the same workers, so
/// that whoever has a copy of one can answer for all.
public struct ForecastReader {
  /// The most requests under way, and SKUs that are asked for ahead of the first one missing.
  static let requestsAhead = 16
  static let skusAhead = 8_192
  /// The SKUs of the first request; later ones ask for as many as fitted a frame before.
  static let firstRequestSKUs = 32

  private let client: ClusterClient

  /// Reads from a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// Hands over the record of each SKU, in order; it has no series where none is known of the SKU.
  public func read(
    _ skus: [SKU], record body: (Int, ForecastRecord) throws(ClientError) -> Void
  ) throws(ClientError) {
    let conversation = Conversation(client)
    let map = try client.readingMap()
    var plan = Plan(skus, placement: map.placement)
    var handedOver = 0
    while handedOver < skus.count {
      while conversation.outstanding < Self.requestsAhead,
        let request = plan.next(before: handedOver + Self.skusAhead)
      {
        ask(request, skus, conversation, ticket: plan.open(request))
      }
      let (ticket, answer) = try conversation.next()
      guard case .forecasts(let records) = answer, plan.take(records.records, ticket: ticket)
      else { throw .unexpected(node: "a worker", what: "something else than forecasts") }
      while handedOver < skus.count, let record = plan.records[handedOver] {
        try body(handedOver, record)
        plan.records[handedOver] = nil
        handedOver += 1
      }
    }
  }

  private func ask(_ request: Request, _ skus: [SKU], _ conversation: Conversation, ticket: Int) {
    let wanted = request.indices.map { skus[$0] }
    conversation.ask(ticket) { placement in
      // Should they have parted since, the first ones that are together are asked for; an answer
      // may always be shorter than the question.
      let copies = placement[wanted[0]].copies
      let together = wanted.prefix { placement[$0].copies == copies }
      return (copies, .get(Get(skus: Array(together))))
    }
  }

  /// Some SKUs of the same workers, by their places in what was asked for.
  private struct Request {
    var nodes: [NodeName]
    var indices: [Int]
  }

  /// Which SKUs are still to be asked for, by worker, and what came.
  private struct Plan {
    var records: [Int: ForecastRecord] = [:]
    private var queues: [[NodeName]: [Int]] = [:]
    private var places: [[NodeName]] = []
    private var turn = 0
    private var open: [Int: Request] = [:]
    private var lastTicket = 0
    private var size = ForecastReader.firstRequestSKUs

    init(_ skus: [SKU], placement: Placement) {
      for (index, sku) in skus.enumerated() {
        let nodes = placement[sku].copies
        if queues[nodes] == nil { places.append(nodes) }
        queues[nodes, default: []].append(index)
      }
      // They are taken from the end.
      for nodes in places { queues[nodes]?.reverse() }
    }

    /// The next SKUs of the same workers, in turn; nothing when none is left or all are too far
    /// ahead.
    mutating func next(before limit: Int) -> Request? {
      for _ in places {
        let nodes = places[turn % places.count]
        turn += 1
        var request = Request(nodes: nodes, indices: [])
        while request.indices.count < size, let index = queues[nodes]?.last, index < limit {
          request.indices.append(index)
          queues[nodes]?.removeLast()
        }
        if !request.indices.isEmpty { return request }
      }
      return nil
    }

    mutating func open(_ request: Request) -> Int {
      lastTicket += 1
      open[lastTicket] = request
      return lastTicket
    }

    /// Takes an answer, which has at least one record and no more than were asked for. What did not
    /// fit is asked for again.
    mutating func take(_ answer: [ForecastRecord], ticket: Int) -> Bool {
      guard let request = open.removeValue(forKey: ticket), !answer.isEmpty,
        answer.count <= request.indices.count
      else { return false }
      for (index, record) in zip(request.indices, answer) { records[index] = record }
      let rest = request.indices.dropFirst(answer.count)
      if !rest.isEmpty {
        queues[request.nodes]?.append(contentsOf: rest.reversed())
        size = answer.count
      } else if request.indices.count == size {
        size = min(size * 2, Limits.skusPerGet)
      }
      return true
    }
  }
}
