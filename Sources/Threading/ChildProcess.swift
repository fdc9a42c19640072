internal import CLinux
internal import Glibc
internal import Synchronization

/// Why a child process could not be started.
public enum ChildProcessError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system refused to start the executable.
  case cannotStart(executable: String, errorNumber: Int32)
  /// A file that one of the standard streams goes to cannot be opened.
  case cannotOpen(path: String, errorNumber: Int32)
  /// A descriptor for the child is not open here.
  case badDescriptor(descriptor: Int32, errorNumber: Int32)

  /// The error in words.
  public var description: String {
    switch self {
    case .cannotStart(let executable, let number):
      "\(executable): cannot be started: \(Self.text(number)); check that it exists and may be run"
    case .cannotOpen(let path, let number):
      "\(path): cannot be opened for a child process: \(Self.text(number))"
    case .badDescriptor(let descriptor, let number):
      "descriptor \(descriptor): cannot be handed to a child process: \(Self.text(number))"
    }
  }

  private static func text(_ number: Int32) -> String {
    guard let message = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: message)
  }
}

/// A process that this one started.
///
/// The child gets its standard streams and the descriptors that the command maps, and nothing else;
/// it starts with no blocked signals and with default handlers, whatever the starting thread has.
/// The child does not outlive this object: the last reference kills it if it still runs, and reaps
/// it, so that there are no zombies. All methods may be called from any thread.
public final class ChildProcess: Sendable {
  /// Where a standard stream of the child goes.
  public enum Stream: Equatable, Sendable {
    /// The stream of this process.
    case inherit
    /// `/dev/null`.
    case null
    /// A file, created if need be and appended to; read from the start for standard input.
    case file(String)
    /// A descriptor of this process.
    case descriptor(Int32)
  }

  /// How a child ended.
  public enum Exit: Equatable, Sendable {
    /// By itself, with this code.
    case code(Int32)
    /// By this signal.
    case signal(Int32)
    /// Unknown: this process ignores SIGCHLD, or other code reaped the child.
    case unknown
  }

  /// What to start, and with what.
  public struct Command: Sendable {
    /// The path of the executable; the search path is not consulted.
    public var executable: String
    /// The name that the child sees as its zeroth argument.
    public var name: String
    /// The arguments after the name.
    public var arguments: [String]
    /// The whole environment of the child.
    public var environment: [String: String] = ChildProcess.currentEnvironment
    /// Descriptors of this process by the number that the child sees them under, from 3 on.
    public var descriptors: [Int32: Int32] = [:]
    /// Where the child reads its input from.
    public var standardInput: Stream = .null
    /// Where the child's output goes.
    public var standardOutput: Stream = .inherit
    /// Where the child's messages go.
    public var standardError: Stream = .inherit
    /// Whether the child gets a process group of its own, so that Control-C does not reach it.
    public var ownProcessGroup = false

    /// A command with inherited output and environment; the name is the executable's unless given.
    public init(executable: String, name: String? = nil, arguments: [String] = []) {
      self.executable = executable
      self.name = name ?? executable
      self.arguments = arguments
    }
  }

  /// The path of the running executable. It leads to the file that was started even when an upgrade
  /// has replaced that file since, so that parent and child are always of one version.
  public static let runningExecutable = "/proc/self/exe"

  /// The environment of this process.
  public static var currentEnvironment: [String: String] {
    var result: [String: String] = [:]
    var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe environ
    while let text = unsafe entry.pointee {
      let pair = unsafe String(cString: text).split(separator: "=", maxSplits: 1)
      if let name = pair.first { result[String(name)] = pair.count == 2 ? String(pair[1]) : "" }
      unsafe entry += 1
    }
    return result
  }

  /// The child's number, which stays its own until the child is reaped here.
  public let processID: Int32

  /// A descriptor that becomes readable when the child ends, for poll loops. It belongs to this
  /// object.
  public let exitDescriptor: Int32

  private let exit = Mutex<Exit?>(nil)

  /// Starts a child.
  public init(_ command: Command) throws(ChildProcessError) {
    processID = try Spawn.start(command)
    exitDescriptor = pidfd_open(processID, 0)
    if exitDescriptor < 0 {
      let number = errno
      _ = Glibc.kill(processID, SIGKILL)
      _ = waitpid(processID, nil, 0)
      throw .cannotStart(executable: command.executable, errorNumber: number)
    }
  }

  deinit {
    kill(SIGKILL)
    wait()
    close(exitDescriptor)
  }

  /// Whether the child has not ended yet.
  public var isRunning: Bool { reap() == nil }

  /// Sends a signal. Says whether the child was still there to get it.
  @discardableResult
  public func kill(_ signal: Int32) -> Bool {
    // Under the lock, so that nobody reaps the child and frees its number in between.
    exit.withLock { $0 == nil && Glibc.kill(processID, signal) == 0 }
  }

  /// Waits until the child has ended.
  @discardableResult
  public func wait() -> Exit {
    while true {
      if let exit = wait(timeoutMilliseconds: .max) { return exit }
    }
  }

  /// Waits until the child has ended; nil when it still runs after that time.
  public func wait(timeoutMilliseconds: Int) -> Exit? {
    let deadline = ContinuousClock.now + .milliseconds(min(timeoutMilliseconds, 1 << 40))
    while true {
      if let exit = reap() { return exit }
      let left = deadline - ContinuousClock.now
      if left <= .zero { return nil }
      let milliseconds =
        left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
      var wanted = pollfd(fd: exitDescriptor, events: Int16(POLLIN), revents: 0)
      _ = unsafe poll(&wanted, 1, Int32(clamping: milliseconds))
    }
  }

  /// Collects the exit if there is one.
  private func reap() -> Exit? {
    exit.withLock { exit in
      if exit != nil { return exit }
      var status: Int32 = 0
      var result = unsafe waitpid(processID, &status, WNOHANG)
      while result < 0, errno == EINTR { result = unsafe waitpid(processID, &status, WNOHANG) }
      if result == processID {
        let signal = status & 0x7F
        exit = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
      } else if result < 0 {
        exit = .unknown
      }
      return exit
    }
  }

  /// For the child side: asks the kernel to kill this process when the parent ends, and ends at
  /// once if it has ended already.
  ///
  /// The kernel means the parent's *thread* that started this process: start children from threads
  /// that last.
  public static func dieWithParent(_ parentProcessID: Int32) {
    _ = granary_set_parent_death_signal(SIGKILL)
    if getppid() != parentProcessID { _ = Glibc.kill(getpid(), SIGKILL) }
  }
}

/// The steps between a command and a running process.
private enum Spawn {
  static func start(_ command: ChildProcess.Command) throws(ChildProcessError) -> pid_t {
    var held: [Int32] = []
    defer { for descriptor in held { close(descriptor) } }
    let last = max(2, command.descriptors.keys.max() ?? 2)

    var mapped: [(target: Int32, source: Int32)] = []
    let streams = [command.standardInput, command.standardOutput, command.standardError]
    for (target, stream) in zip(Int32(0)..., streams) {
      guard let source = try source(of: stream, input: target == 0, above: last) else { continue }
      held.append(source)
      mapped.append((target, source))
    }
    for (target, descriptor) in command.descriptors.sorted(by: { $0.key < $1.key }) {
      precondition(target > 2, "the standard streams have settings of their own")
      let source = try duplicate(descriptor, above: last)
      held.append(source)
      mapped.append((target, source))
    }
    return try launch(command, mapped: mapped, last: last)
  }

  /// Copies a descriptor to a number above all targets, so that no step of the mapping overwrites
  /// the source of a later one.
  private static func duplicate(
    _ descriptor: Int32, above last: Int32
  ) throws(ChildProcessError) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, last + 1)
    if copy < 0 { throw .badDescriptor(descriptor: descriptor, errorNumber: errno) }
    return copy
  }

  private static func source(
    of stream: ChildProcess.Stream, input: Bool, above last: Int32
  ) throws(ChildProcessError) -> Int32? {
    let path: String
    switch stream {
    case .inherit: return nil
    case .descriptor(let descriptor): return try duplicate(descriptor, above: last)
    case .null: path = "/dev/null"
    case .file(let file): path = file
    }
    let flags = input ? O_RDONLY : O_WRONLY | O_APPEND | O_CREAT
    let opened = unsafe open(path, flags | O_CLOEXEC, 0o640)
    if opened < 0 { throw .cannotOpen(path: path, errorNumber: errno) }
    defer { close(opened) }
    return try duplicate(opened, above: last)
  }

  private static func launch(
    _ command: ChildProcess.Command, mapped: [(target: Int32, source: Int32)], last: Int32
  ) throws(ChildProcessError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in mapped {
      unsafe posix_spawn_file_actions_adddup2(&actions, source, target)
    }
    for unused in Int32(3)..<max(3, last + 1) where command.descriptors[unused] == nil {
      unsafe posix_spawn_file_actions_addclose(&actions, unused)
    }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, last + 1)

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    if command.ownProcessGroup { flags |= POSIX_SPAWN_SETPGROUP }
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)

    let environment = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var child: pid_t = 0
    let result = unsafe withTexts([command.name] + command.arguments) { arguments in
      unsafe withTexts(environment) { environment in
        unsafe posix_spawn(
          &child, command.executable, &actions, &attributes, arguments, environment)
      }
    }
    if result != 0 { throw .cannotStart(executable: command.executable, errorNumber: result) }
    return child
  }

  /// Lends texts as the null-terminated vector that `execve` takes.
  private static func withTexts(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> Int32 {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return EINVAL }
      return unsafe body(base)
    }
  }
}
