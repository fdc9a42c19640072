import Demand
import Packing
import WireProtocol

/// The networks of runs: one worker learns one for all. It is durable before a unit that uses it is
/// given out, so that all units of a run use the same, whatever happens.
extension Coordinator {
  /// How long a worker that failed at teaching rests before it is asked again.
  private static let restMilliseconds: Int64 = 1_000

  mutating func restoreNetworks(_ records: [String: [UInt8]]) throws(PackingError) {
    for (key, value) in inOrder(records) where key.hasPrefix("network/") {
      var reader = try ByteReader(verifyingChecksum: value)
      let network = try LearnedNetwork(from: &reader)
      networks[network.run] = network
    }
  }

  /// The run whose network an update goes on with: that of the last training that used one and was
  /// done. One that came to nothing is not gone on with: there may be more to learn from by now.
  var latestNetwork: UInt64? {
    runs.last { run in
      run.request.kind == .train && run.phase == .done && networks[run.network]?.isUsable ?? false
    }?.network
  }

  // MARK: The teacher

  /// Sees to it that one worker learns the network of a run.
  mutating func teach(_ index: Int, at now: Instant) {
    // What is learned rests on the events of the document, as the units do.
    guard !runs[index].isBeginning, documentInStore == nil, let asOf = runs[index].asOf else {
      return
    }
    // The coordinator was started again between the two writes.
    if networks[runs[index].id] != nil { return useOwnNetwork(index, at: now) }
    let absent = shardsByNode.keys.filter { !(members[$0]?.isPresent ?? false) }
    let names = absent.map(\.text).sorted().joined(separator: ", ")
    runs[index].trouble = names.isEmpty ? "" : "waits for \(names), not heard"
    let teacher = runs[index].lesson.flatMap(presentTeacher)
    // What is in hand goes on meanwhile.
    guard absent.isEmpty else { return }
    let nodes = shardsByNode.keys.sorted()
    let givers = nodes.compactMap { members[$0]?.peer }
    if let lesson = runs[index].lesson, let teacher, lesson.version == placement.version,
      lesson.order.givers == givers
    {
      let patience = 2 * settings.heartbeatMilliseconds
      guard teacher.teaching != lesson.order.attempt, now - lesson.sentAt > patience else { return }
      runs[index].lesson?.sentAt = now
      return tell(teacher, .teachOrder(lesson.order))
    }
    if let next = runs[index].nextLesson, now < next { return }
    guard let teacher = teacher ?? bestTeacher(runs[index]) else {
      runs[index].trouble =
        "waits for a worker that is not about to leave and holds the planning document"
      return
    }
    let positions = Dictionary(uniqueKeysWithValues: zip(nodes, nodes.indices))
    let places = placement.assignments.map { assignment in
      TeachOrder.Place(
        giver: assignment.primary.flatMap { positions[$0] } ?? 0, epoch: assignment.epoch)
    }
    nextAttempt += 1
    let order = TeachOrder(
      run: runs[index].id, attempt: nextAttempt, asOf: asOf,
      settings: runs[index].request.settings,
      threshold: Sample.threshold(skus: runs[index].skus), givers: givers, places: places)
    runs[index].lesson = Run.Lesson(
      order: order, teacher: teacher.peer.node, incarnation: teacher.incarnation,
      version: placement.version, sentAt: now)
    log(.info, "worker \(teacher.peer.node) learns the network of run \(order.run)")
    tell(teacher, .teachOrder(order))
  }

  /// The teacher, unless it went away or forgot everything meanwhile: then another one takes over.
  private func presentTeacher(_ lesson: Run.Lesson) -> Member? {
    guard let member = members[lesson.teacher], member.isServing,
      member.incarnation == lesson.incarnation
    else { return nil }
    return member
  }

  /// The worker that failed least, and among those the one that has the most of the sample.
  private func bestTeacher(_ run: Run) -> Member? {
    func rank(_ node: NodeName) -> (Int, Int, NodeName) {
      (run.teachingFailures(of: node), -(shardsByNode[node]?.count ?? 0), node)
    }
    let serving = members.filter {
      $0.value.isServing && $0.value.documentVersion == document.version
    }.keys
    let best = serving.min { rank($0) < rank($1) }
    return best.flatMap { members[$0] }
  }

  // MARK: What came of it

  mutating func take(_ report: TeachReport, from sender: Sender, at now: Instant) {
    guard let node = NodeName(sender.name), let index = activeRun,
      runs[index].id == report.run, runs[index].phase == .teaching, !runs[index].isBeginning
    else { return }
    switch report.outcome {
    case .network(let bytes, let isUsable):
      // Any will do, also that of a teacher that was given up: the first one counts.
      let network = LearnedNetwork(run: report.run, bytes: bytes, isUsable: isUsable)
      runs[index].isBeginning = true
      runs[index].lesson = nil
      var writer = ByteWriter(capacity: bytes.count + 32)
      network.pack(into: &writer)
      writer.seal()
      store(Key.network(report.run), writer.bytes, .network(network))
    case .failure(let reason, let mayPass):
      guard let lesson = runs[index].lesson, lesson.teacher == node,
        lesson.order.attempt == report.attempt
      else { return }
      runs[index].lesson = nil
      runs[index].nextLesson = now + Self.restMilliseconds
      guard !mayPass, runs[index].noteTeachingFailure(on: node) else { return }
      fail(
        index,
        "worker \(node) cannot learn the shared weights, \(Run.maximumFailures) attempts: "
          + "\(reason); take lstm out of training.models, or give it more by "
          + "training.teachDeadlineSeconds and worker.trainerMemoryMiB", at: now)
    }
  }

  mutating func networkStored(_ network: LearnedNetwork, at now: Instant) {
    networks[network.run] = network
    guard let index = runs.firstIndex(where: { $0.id == network.run }) else { return }
    useOwnNetwork(index, at: now)
    forgetOldNetworks()
  }

  private mutating func useOwnNetwork(_ index: Int, at now: Instant) {
    runs[index].network = runs[index].id
    runs[index].teachingMilliseconds = runs[index].elapsed(at: now) - runs[index].teachingSince
    goOn(index, at: now)
  }

  /// Forgets the oldest networks, but for those that a run or the next update uses.
  private mutating func forgetOldNetworks() {
    var lasting = Set(networks.keys.sorted().suffix(Self.rememberedNetworks))
    for run in runs where run.isActive { lasting.insert(run.network) }
    if let latestNetwork { lasting.insert(latestNetwork) }
    for run in networks.keys.sorted() where !lasting.contains(run) {
      networks[run] = nil
      store(Key.network(run), nil, .record)
    }
  }

  // MARK: Handing it out

  /// Tells a worker the network that the run at work uses, unless it holds it.
  mutating func tellNetwork(to member: Member) {
    guard let index = activeRun, runs[index].phase == .running,
      member.networkVersion != runs[index].network, let network = networks[runs[index].network]
    else { return }
    tell(member, .network(network))
  }
}
