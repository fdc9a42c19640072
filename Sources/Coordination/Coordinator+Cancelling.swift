import WireProtocol

/// Ending runs on request.
extension Coordinator {
  /// Ends a run that has not ended, whether it is at work or waits for its turn, and says how it is
  /// once that is durable. Units that workers have in hand end by themselves: nobody waits for
  /// their reports.
  mutating func cancel(_ id: UInt64, _ frame: Frame, from sender: Sender, at now: Instant) {
    guard sender.role == .client else { return refuse(frame, from: sender, needs: .client) }
    guard let index = runs.firstIndex(where: { $0.id == id }) else {
      let reason = "there is no run \(id); `granary runs` lists the last ones"
      return reply(.refusal(Refusal(.notFound, reason)), to: frame, from: sender)
    }
    guard runs[index].isActive else {
      let isEnding = join(Key.run(id), sender, frame.request) { purpose in
        if case .runEnded = purpose { true } else { false }
      }
      return isEnding ? () : reply(.runStatus(runs[index].status(at: now)), to: frame, from: sender)
    }
    // What is being stored of its next phase must not call it back to life.
    runs[index].isBeginning = false
    if planInStore?.plan.run == id { planInStore = nil }
    let caller = Caller(address: sender.address, request: frame.request)
    log(.warning, "run \(id) (\(runs[index].request.kind.name)) is cancelled by \(sender.name)")
    end(index, "cancelled by \(sender.name)", answer: caller, at: now)
  }
}
