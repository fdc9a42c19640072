import Coordination
import Packing
import WireProtocol

/// The network: what is sent may be lost, doubled, late, out of order, or not get through a cut.
extension World {
  /// A link that carries nothing for a while, one way: between a worker and everything of one kind.
  struct Cut: Hashable {
    enum Side: Hashable { case coordinator, workers, clients }
    var worker: NodeName
    var side: Side
    var isInward: Bool
  }

  func send(_ frame: Frame, from: Endpoint, to: Endpoint) {
    // What cannot be read back would not arrive on a real wire either.
    countMessage()
    let bytes = frame.packed()
    guard let read = try? Frame(packed: bytes), read == frame else {
      return violate("a frame of kind \(frame.message.kind) does not survive the wire")
    }
    if isCut(from, to) { return coverage.note(.cutMessage) }
    if perMille(faults.lostPerMille) { return coverage.note(.lostMessage) }
    let digest = XXH64.hash(bytes)
    let isDoubled = perMille(faults.doubledPerMille)
    if isDoubled { coverage.note(.doubledMessage) }
    for _ in 0..<(isDoubled ? 2 : 1) {
      let isLate = perMille(faults.latePerMille)
      if isLate { coverage.note(.lateMessage) }
      let delay = isLate ? upTo(2_000) : 1 + upTo(20)
      agenda.plan(.deliver(frame, digest: digest, to: to, from: from), at: now + Int64(delay))
    }
  }

  private func isCut(_ from: Endpoint, _ to: Endpoint) -> Bool {
    if cuts.isEmpty { return false }
    if case .worker(let name) = from,
      cuts.contains(Cut(worker: name, side: side(of: to), isInward: false))
    {
      return true
    }
    if case .worker(let name) = to {
      return cuts.contains(Cut(worker: name, side: side(of: from), isInward: true))
    }
    return false
  }

  private func side(of endpoint: Endpoint) -> Cut.Side {
    switch endpoint {
    case .coordinator: .coordinator
    case .worker: .workers
    case .client: .clients
    }
  }

  func deliver(_ frame: Frame, to: Endpoint, from: Endpoint) {
    switch (to, from) {
    case (.coordinator, .worker(let name)):
      stepCoordinator(.received(frame, from: sender(.worker, name.text, from)))
    case (.coordinator, .client(let index)):
      stepCoordinator(.received(frame, from: sender(.operator, "client-\(index)", from)))
    case (.worker(let name), .coordinator): step(name, .fromCoordinator(frame))
    case (.worker(let name), .client(let index)):
      step(name, .received(frame, from: sender(.operator, "client-\(index)", from)))
    case (.worker(let name), .worker(let other)):
      deliver(frame, to: name, from: sender(.worker, other.text, from))
    case (.client(let index), _): clients[index].receive(frame, in: self)
    case (.coordinator, .coordinator): break
    }
  }

  /// What passes between a giver and a taker.
  private func deliver(_ frame: Frame, to name: NodeName, from other: Sender) {
    switch frame.message {
    case .rows(let chunk): step(name, .rowsReceived(chunk, step: frame.request))
    case .refusal(let refusal):
      let failure = Worker.Event.stepFailed(
        step: frame.request, reason: refusal.reason, mayPass: refusal.code.mayPass)
      step(name, failure)
    default: step(name, .received(frame, from: other))
    }
  }

  private func sender(_ role: Role, _ name: String, _ endpoint: Endpoint) -> Sender {
    Sender(address: address(endpoint), role: role, name: name)
  }

  private func address(_ endpoint: Endpoint) -> Address {
    switch endpoint {
    case .coordinator: Address([0])
    case .worker(let name): Address([1] + Array(name.text.utf8))
    case .client(let index): Address([2, UInt8(index)])
    }
  }

  func endpoint(_ address: Address) -> Endpoint {
    let rest = String(decoding: address.bytes.dropFirst(), as: UTF8.self)
    switch address.bytes.first {
    case 1: return NodeName(rest).map { .worker($0) } ?? .coordinator
    case 2: return .client(Int(address.bytes[1]))
    default: return .coordinator
    }
  }
}
