import Synchronization

/// Which program each host has: the one of now, or for a while the one before.
final class Installation: Sendable {
  /// The program that is looked at.
  let present: BuiltProgram
  /// The one before it, where the cluster begins with that.
  let before: BuiltProgram?

  private struct State {
    /// The nodes whose hosts have the program before.
    var older: Set<String>
    /// Whether the upgrade's end was said.
    var isFinalised = false
    /// How many commands were given while there were any.
    var commands = 0
  }

  private let state: Mutex<State>

  /// Every node has the program before, where there is one, else the present one.
  init(_ present: BuiltProgram, before: BuiltProgram?) {
    self.present = present
    self.before = before
    let all = before == nil ? [] : Nodes.workers + [Nodes.coordinator]
    state = Mutex(State(older: Set(all)))
  }

  /// Whether nodes still go from one program to the other.
  var isUpgrading: Bool { before != nil && state.withLock { !$0.isFinalised } }

  /// The upgrade is over.
  func finalise() { state.withLock { $0.isFinalised = true } }

  /// What a node is started with.
  func path(of node: String) -> String {
    let isOlder = state.withLock { $0.older.contains(node) }
    return (isOlder ? before : nil)?.path ?? present.path
  }

  /// What the next command is given with: until all nodes are upgraded people use both programs, in
  /// turns.
  func pathForCommand() -> String {
    let isOlder = state.withLock { state in
      guard !state.older.isEmpty else { return false }
      state.commands += 1
      return state.commands.isMultiple(of: 2)
    }
    return (isOlder ? before : nil)?.path ?? present.path
  }

  /// Gives a node the present program, or the one before again.
  func install(_ node: String, isOlder: Bool) {
    state.withLock { state in
      if isOlder { state.older.insert(node) } else { state.older.remove(node) }
    }
  }

  /// Of these workers and the coordinator, those that have the program before, in the order in
  /// which the runbook has them upgraded: workers first.
  func older(among workers: [String]) -> [String] {
    state.withLock { state in
      (workers + [Nodes.coordinator]).filter { state.older.contains($0) }
    }
  }

  /// Those that have the present program.
  func upgraded(among workers: [String]) -> [String] {
    state.withLock { state in
      (workers + [Nodes.coordinator]).filter { !state.older.contains($0) }
    }
  }
}
