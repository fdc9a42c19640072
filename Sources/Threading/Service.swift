/// A long-lived part of a process: a node's loop, the writer, the console.
public protocol Service: Sendable {
  /// What failures and threads are named after.
  var name: String { get }

  /// Makes the service ready (opens, binds), before any service of the group runs. What it may
  /// depend on was started before. Does nothing unless implemented.
  func start() throws

  /// Does the work until `stop()` is called or it fails.
  func run() throws

  /// Makes `run()` return soon. Called from another thread, perhaps before `run()`, perhaps twice;
  /// it must not wait.
  func stop()
}

extension Service {
  /// Nothing to prepare.
  public func start() throws {}
}
