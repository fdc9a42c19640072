import ClientNode
import Demand
import Threading
import WireProtocol

/// Asks workers for forecasts in plain frames, so that it can choose how many SKUs are in a request
/// and how many requests are under way.
struct Questioner {
  private let client: ClusterClient
  private let skus: [SKU]
  private let clock = MonotonicClock()
  private var next = 0

  init(_ client: ClusterClient, _ skus: [SKU]) throws(ClientError) {
    self.client = client
    self.skus = skus
    _ = try client.refreshMap()
  }

  /// Asks for one SKU and waits for the answer; returns the nanoseconds that it took.
  mutating func askOne() throws(ClientError) -> UInt64 {
    let start = clock.nanoseconds
    let request = try send(skusPerRequest: 1)
    while true {
      for frame in try client.receive(timeoutMilliseconds: 20) where frame.request == request {
        _ = try count(frame)
        return clock.nanoseconds - start
      }
    }
  }

  /// Keeps requests under way until the time is over; returns the SKUs answered and the time.
  mutating func askMany(
    requests: Int, skusPerRequest: Int, seconds: Double
  ) throws(ClientError) -> (skus: Int, seconds: Double) {
    let start = clock.nanoseconds
    let end = start + UInt64(seconds * 1e9)
    var answered = 0
    var underWay = 0
    while clock.nanoseconds < end || underWay > 0 {
      while underWay < requests, clock.nanoseconds < end {
        _ = try send(skusPerRequest: skusPerRequest)
        underWay += 1
      }
      for frame in try client.receive(timeoutMilliseconds: 20) {
        answered += try count(frame)
        underWay -= 1
      }
    }
    return (answered, Double(clock.nanoseconds - start) / 1e9)
  }

  /// Asks for the next SKUs, as far as they are with one worker.
  private mutating func send(skusPerRequest: Int) throws(ClientError) -> UInt64 {
    guard let placement = client.map?.placement, let node = placement[skus[next]].primary else {
      throw .inputRefused("nobody serves \(skus[next])")
    }
    var wanted: [SKU] = []
    repeat {
      wanted.append(skus[next])
      next = (next + 1) % skus.count
    } while wanted.count < skusPerRequest && placement[skus[next]].primary == node
    let request = client.nextRequest()
    try client.send(Frame(request: request, .get(Get(skus: wanted))), to: node)
    return request
  }

  /// The SKUs that an answer has forecasts of.
  private func count(_ frame: Frame) throws(ClientError) -> Int {
    switch frame.message {
    case .forecasts(let answer): return answer.records.count { !$0.series.isEmpty }
    case .refusal(let refusal): throw .refused(refusal)
    default: throw .unexpected(node: "a worker", what: "something else than forecasts")
    }
  }
}
