public import Threading

/// Starts children that end with this process, however it ends: a test run that is killed leaves no
/// cluster behind.
///
/// The kernel ties a child to the *thread* that started it, so they are all started by one that
/// lasts. The program ties itself to its parent when its first word says so.
public enum Nursery {
  private struct Request: Sendable {
    var command: ChildProcess.Command
    var answer: Mailbox<Result<ChildProcess, ChildProcessError>>
  }

  private static let requests = Mailbox<Request>(limit: 1_024)

  private static let thread = try? Thread(name: "nursery") {
    while let request = requests.take(timeoutMilliseconds: nil, atMost: 1).first {
      _ = request.answer.post(
        Result { () throws(ChildProcessError) in try ChildProcess(request.command) })
    }
  }

  /// Starts a child.
  public static func start(_ command: ChildProcess.Command) throws -> ChildProcess {
    let answer = Mailbox<Result<ChildProcess, ChildProcessError>>(limit: 1)
    guard thread != nil, requests.post(Request(command: command, answer: answer)),
      let result = answer.take(timeoutMilliseconds: nil).first
    else { return try ChildProcess(command) }
    return try result.get()
  }
}
