import WireProtocol

/// Ending runs on request.
extension Coordinator {
  /// Ends a run that has not ended, whether it is at work or waits for its turn, and says how it is
  /// once that is durable. Units that workers have in hand end by themselves: nobody waits for
  /// their reports.
  mutating func cancel(_ id: UInt64, _ frame: Frame, from sender: Sender, at now: Instant) {
    guard let index = runs.firstIndex(where: { $0.id == id }) else {
      let reason = "there is no run \(id); `granary runs` lists the last ones"
      return reply(.refusal(Refusal(.notFound, reason)), to: frame, from: sender)
    }
    guard runs[index].isActive else {
      let isEnding = join(Key.run(id), sender, frame.request) { purpose in
        if case .runEnded = purpose { true } else { false }
      }
      return isEnding
        ? () : reply(.runStatus(runs[index].status(at: now)), to: frame, from: sender)
    }
    let isAudited = joinAudit(sender, frame.request) { change in
      if case .cancel(id, _) = change { true } else { false }
    }
    if isAudited { return }
    if let obstacle = auditObstacle { return reply(.refusal(obstacle), to: frame, from: sender) }
    let words = "run \(id) cancelled: \(runs[index].request.words)"
    audit(
      .cancel(run: id, sender.name), AuditEntry(sender, words, .accepted, cancels: id),
      answer: [Caller(address: sender.address, request: frame.request)])
  }

  /// Ends the run whose line is durable, unless it ended by itself meanwhile.
  mutating func cancel(
    _ id: UInt64, _ name: String, answer callers: [Caller], at now: Instant
  ) {
    guard let index = runs.firstIndex(where: { $0.id == id }) else { return }
    guard runs[index].isActive else {
      let status = Message.runStatus(runs[index].status(at: now))
      for caller in callers {
        output.append(.send(Frame(request: caller.request, status), to: caller.address))
      }
      return
    }
    // What is being stored of its next phase must not call it back to life.
    runs[index].isBeginning = false
    if planInStore?.plan.run == id { planInStore = nil }
    log(.warning, "run \(id) (\(runs[index].request.kind.name)) is cancelled by \(name)")
    end(index, "cancelled by \(name)", answer: callers, at: now)
  }
}
