import Coordination
import Packing
import WireProtocol

/// The network: what is sent may be lost, doubled, late, out of order, or not get through a cut.
extension World {
  func send(_ frame: Frame, from: Endpoint, to: Endpoint) {
    // What cannot be read back would not arrive on a real wire either.
    countMessage()
    let bytes = frame.packed()
    guard let read = try? Frame(packed: bytes), read == frame else {
      return violate("a frame of kind \(frame.message.kind) does not survive the wire")
    }
    watch(frame, from: from, to: to)
    if isCut(from, to) { return coverage.note(.cutMessage) }
    let isLost = strikes(.loss)
    let isDoubled = strikes(.doubling)
    if isLost { return coverage.note(.lostMessage) }
    if isDoubled { coverage.note(.doubledMessage) }
    let digest = XXH64.hash(bytes)
    for _ in 0..<(isDoubled ? 2 : 1) {
      let isLate = strikes(.lateness)
      if isLate { coverage.note(.lateMessage) }
      let delay = isLate ? upTo(2_000, .network) : 1 + upTo(20, .network)
      agenda.plan(.deliver(frame, digest: digest, to: to, from: from), at: now + Int64(delay))
    }
  }

  private func isCut(_ from: Endpoint, _ to: Endpoint) -> Bool {
    if cuts.isEmpty { return false }
    let (sender, receiver) = (bit(of: from), bit(of: to))
    return cuts.contains { $0.stops(sender, receiver) }
  }

  func bit(of endpoint: Endpoint) -> UInt64 {
    switch endpoint {
    case .coordinator, .former: Cut.coordinator
    case .worker(let name): Cut.worker(workers[name]?.index ?? 0)
    case .client(let index): Cut.client(index)
    }
  }

  func deliver(_ frame: Frame, to: Endpoint, from: Endpoint) {
    switch (to, from) {
    case (.coordinator, .worker(let name)):
      if case .heartbeat = frame.message { ledger.heard[name] = now }
      stepCoordinator(.received(frame, from: sender(.worker, name.text, from)))
    case (.coordinator, .client(let index)):
      stepCoordinator(.received(frame, from: sender(.operator, "client-\(index)", from)))
    case (.former, .worker(let name)):
      deliverToFormer(frame, from: from, sender(.worker, name.text, from))
    case (.former, .client(let index)):
      deliverToFormer(frame, from: from, sender(.operator, "client-\(index)", from))
    case (.worker(let name), .coordinator), (.worker(let name), .former):
      guard isObeyed(frame, by: name, from: from) else { return }
      step(name, .fromCoordinator(sabotaged(frame)))
    case (.worker(let name), .client(let index)):
      step(name, .received(frame, from: sender(.operator, "client-\(index)", from)))
    case (.worker(let name), .worker(let other)):
      deliver(frame, to: name, from: other)
    case (.client(let index), _): clients[index].receive(frame, in: self)
    case (.coordinator, .coordinator), (.coordinator, .former), (.former, .coordinator),
      (.former, .former):
      break
    }
  }

  /// What passes between two workers. What answers comes back over the link of whoever asked.
  private func deliver(_ frame: Frame, to name: NodeName, from other: NodeName) {
    switch frame.message {
    case .rows(let chunk): step(name, .rowsReceived(chunk, step: frame.request))
    case .refusal(let refusal) where frame.request != 0:
      let failure = Worker.Event.stepFailed(
        step: frame.request, reason: refusal.reason, mayPass: refusal.code.mayPass)
      step(name, failure)
    case .appended, .refusal: step(name, .fromPeer(frame, other))
    default:
      step(name, .received(frame, from: sender(.worker, other.text, .worker(other))))
    }
  }

  private func sabotaged(_ frame: Frame) -> Frame {
    guard start.restriction.sabotage == .forgottenFollowers,
      case .orders(var orders) = frame.message
    else { return frame }
    for index in orders.owned.indices { orders.owned[index].followers = [] }
    return Frame(request: frame.request, .orders(orders))
  }

  private func sender(_ role: Role, _ name: String, _ endpoint: Endpoint) -> Sender {
    Sender(address: address(endpoint), role: role, name: name)
  }

  func address(_ endpoint: Endpoint) -> Address {
    switch endpoint {
    case .coordinator: Address([0])
    case .former: Address([3])
    case .worker(let name): Address([1] + Array(name.text.utf8))
    case .client(let index): Address([2, UInt8(index)])
    }
  }

  func endpoint(_ address: Address) -> Endpoint {
    let rest = String(decoding: address.bytes.dropFirst(), as: UTF8.self)
    switch address.bytes.first {
    case 1: return NodeName(rest).map { .worker($0) } ?? .coordinator
    case 2: return .client(Int(address.bytes[1]))
    case 3: return .former
    default: return .coordinator
    }
  }
}
