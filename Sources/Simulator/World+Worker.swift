import Coordination
import Demand
import Packing
import WireProtocol

/// A worker's process: its machine and what it wants done.
extension World {
  func startWorker(_ name: NodeName) {
    guard let process = workers[name] else { return }
    _ = process.afterAll?()
    process.afterAll = nil
    // A copy that was not complete is no data.
    process.disk.shards = process.shards.filter { $0.value.epoch != nil }
    process.disk.isSyncBroken = false
    process.forget()
    process.obedience = Obedience(former.wasThere ? nil : .coordinator, at: now)
    let held = process.shards.compactMap { shard, state in
      state.epoch.map { HeldShard(shard: shard, epoch: $0) }
    }
    process.machine = Worker(
      Worker.Start(
        node: name, incarnation: UInt64(process.life + 1), clusterID: process.disk.clusterID,
        endpoint: "sim://\(name)", publicKey: "", credits: 4,
        held: held.sorted { $0.shard < $1.shard }, positions: process.shards.mapValues(\.position),
        term: process.keptTerm, host: process.host))
    keepTicking(.worker(name), after: 1)
    keepScrubbing(name)
  }

  func step(_ name: NodeName, _ event: Worker.Event) {
    let endpoint = Endpoint.worker(name)
    let instructions = workers[name]?.machine?.step(event, at: time(at: endpoint)) ?? []
    let crashPoint = crashPoint(of: endpoint, in: instructions.count)
    for (index, instruction) in instructions.enumerated() {
      if index == crashPoint { return crashInStep(endpoint) }
      carryOut(instruction, for: name)
    }
    let served = workers[name]?.machine?.lookAtServed() ?? [:]
    checkGrants(served, of: name)
    checkLoaded(served, on: name)
  }

  private func carryOut(_ instruction: Worker.Instruction, for name: NodeName) {
    switch instruction {
    case .tellCoordinator(let frame): tellCoordinator(frame, by: name)
    case .reply(let frame, let address): send(frame, from: .worker(name), to: endpoint(address))
    case .commit(let batch, let ticket): commit(batch, ticket, on: name)
    case .openStore(let clusterID, _): workers[name]?.disk.clusterID = clusterID
    case .keepEpochs(let epochs, let version):
      write(name) { [self] in
        for entry in epochs.dropFirst(start.restriction.sabotage == .forgottenEpoch ? 1 : 0) {
          raise(entry, on: name)
        }
        workers[name]?.keptTerm = max(workers[name]?.keptTerm ?? 0, Orders(version: version).term)
        return [.epochsKept(ordersVersion: version)]
      }
    case .drop(let shard):
      write(name) { [self] in
        checkDrop(shard, on: name)
        workers[name]?.disk.shards[shard] = nil
        if start.restriction.sabotage == .droppedCopy,
          let other = workers[name]?.shards.keys.sorted().first
        {
          workers[name]?.disk.shards[other] = nil
        }
        return [.dropped(shard: shard)]
      }
    case .survey(let survey): self.survey(survey, on: name)
    case .execute(let order): execute(order, on: name)
    case .append(let entries, let peer):
      send(Frame(.append(entries)), from: .worker(name), to: .worker(peer.node))
    case .follow(let shard, let epoch, let after, let entries):
      follow(shard, epoch, after, entries, on: name)
    case .offer(let offer, let peer):
      send(Frame(.unitOffer(offer)), from: .worker(name), to: .worker(peer.node))
    case .takeOffer(let id, let epoch, let entry):
      store(id, epoch: epoch, entry, isOffer: true, on: name)
    case .read(let frame, let ticket): read(frame, ticket, on: name)
    case .changeQuarantine(let wanted, let ticket): change(quarantine: wanted, ticket, on: name)
    // Nobody makes a backup here.
    case .cut, .readCut: break
    case .fetch(let request, let giver, let step):
      send(
        Frame(request: step, .rowsRequest(request)), from: .worker(name), to: .worker(giver.node))
    case .importRows(let chunk, let epoch, let step): importRows(chunk, epoch, step, on: name)
    case .exit(let reason, let wished):
      // One that an operator took for gone for good is told so when it comes back.
      let isForgotten = ledger.forgotten.contains(name) && reason.contains("decommissioned")
      if !wished, !isForgotten { violate("worker \(name) gave up: \(reason)") }
      record("\(name) exits: \(reason)")
      kill(.worker(name))
      workers[name]?.hasLeft = true
      // Nobody looks at what it leaves behind: it is nobody's copy any more.
      for shard in workers[name]?.shards.keys.sorted() ?? [] {
        workers[name]?.disk.shards[shard]?.isDamaged = false
      }
    case .log(.debug, let text): tell(.debug) { "\(name): \(text)" }
    case .log(_, let text): tell(.log) { "\(name): \(text)" }
    default: carryOutLesson(instruction, for: name)
    }
  }

  /// What a worker does for teaching and pricing, and documents.
  private func carryOutLesson(_ instruction: Worker.Instruction, for name: NodeName) {
    switch instruction {
    case .gather(let chunk): workers[name]?.sample += SimulatedShard.rows(in: chunk.rows)
    case .teach(let order): teach(order, on: name)
    case .forgetSample:
      workers[name]?.sample = []
      workers[name]?.lessons += 1
    case .keepNetwork(let network): workers[name]?.network = network
    case .price(let question): price(question, on: name)
    case .forgetPricing(let shard): forgetPricing(of: shard, on: name)
    case .keepDocument(let document): workers[name]?.document = document
    default: violate("\(name) wants what no worker of this world can do: \(instruction)")
    }
  }

  private func raise(_ entry: HeldShard, on name: NodeName) {
    let known = workers[name]?.shards[entry.shard]?.epoch ?? 0
    if entry.epoch < known {
      violate("\(name) is told epoch \(entry.epoch) of shard \(entry.shard) after \(known)")
    }
    workers[name]?.disk.shards[entry.shard, default: SimulatedShard()].epoch = entry.epoch
  }
}

extension Worker {
  /// What is served. It changes nothing: whatever only reads a value in an object copies it first,
  /// and this is asked after every step.
  fileprivate mutating func lookAtServed() -> [Int: UInt64] { served }
}
