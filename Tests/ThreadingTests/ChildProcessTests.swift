import Glibc
import TestSupport
import Testing
import Threading

@Suite struct ChildProcessTests {
  private func shell(_ script: String) -> ChildProcess.Command {
    ChildProcess.Command(executable: "/bin/sh", name: "sh", arguments: ["-c", script])
  }

  private func text(_ path: String) throws -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  @Test(arguments: [0, 1, 77, 255]) func `gives the exit code`(code: Int32) throws {
    let child = try ChildProcess(shell("exit \(code)"))
    #expect(child.wait() == .code(code))
    #expect(!child.isRunning)
  }

  @Test func `gives the signal that ended the child`() throws {
    let child = try ChildProcess(shell("kill -SEGV $$"))
    #expect(child.wait() == .signal(SIGSEGV))
  }

  @Test func `a wait that is too short says so and changes nothing`() throws {
    let child = try ChildProcess(shell("exec sleep 600"))
    #expect(child.wait(timeoutMilliseconds: 1) == nil)
    #expect(child.wait(timeoutMilliseconds: 0) == nil)
    #expect(child.wait(timeoutMilliseconds: -5) == nil)
    #expect(child.isRunning)
    #expect(child.kill(SIGTERM))
    #expect(child.wait() == .signal(SIGTERM))
  }

  @Test func `a child that has ended gets no signals`() throws {
    let child = try ChildProcess(shell("exit 0"))
    child.wait()
    #expect(!child.kill(SIGKILL))
  }

  @Test func `every waiting thread hears of the exit`() async throws {
    let child = try ChildProcess(shell("read line; exit 9"))
    let exits = await withTaskGroup(of: ChildProcess.Exit.self) { group in
      for _ in 0..<4 { group.addTask { child.wait() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(exits == Array(repeating: .code(9), count: 4))
  }

  @Test func `the last reference ends and reaps the child`() throws {
    var child: ChildProcess? = try ChildProcess(shell("exec sleep 600"))
    let number = try #require(child?.processID)
    child = nil
    // A zombie could still be signalled.
    #expect(kill(number, 0) == -1 && errno == ESRCH)
  }

  @Test func `an executable that is not there is an error with its path`() {
    #expect(throws: ChildProcessError.cannotStart(executable: "/nowhere", errorNumber: ENOENT)) {
      try ChildProcess(ChildProcess.Command(executable: "/nowhere"))
    }
  }

  @Test func `a descriptor that is not open is an error with its number`() {
    var command = shell("exit 0")
    command.descriptors = [3: 1_000_000]
    #expect(throws: ChildProcessError.badDescriptor(descriptor: 1_000_000, errorNumber: EBADF)) {
      try ChildProcess(command)
    }
  }

  @Test func `a log that cannot be opened is an error with its path`() {
    var command = shell("exit 0")
    command.standardError = .file("/nowhere/log")
    #expect(throws: ChildProcessError.cannotOpen(path: "/nowhere/log", errorNumber: ENOENT)) {
      try ChildProcess(command)
    }
  }

  @Test func `streams go to files that are appended to`() throws {
    let folder = try TemporaryFolder()
    var command = shell("echo out; echo message >&2")
    command.standardOutput = .file(folder.file("log"))
    command.standardError = .file(folder.file("log"))
    #expect(try ChildProcess(command).wait() == .code(0))
    #expect(try ChildProcess(command).wait() == .code(0))
    #expect(try text(folder.file("log")) == "out\nmessage\nout\nmessage\n")
  }

  @Test func `input comes from a file or is empty`() throws {
    let folder = try TemporaryFolder()
    var command = shell("echo first")
    command.standardOutput = .file(folder.file("input"))
    try ChildProcess(command).wait()

    command = shell("cat")
    command.standardOutput = .file(folder.file("copy"))
    try ChildProcess(command).wait()
    #expect(try text(folder.file("copy")) == "")
    command.standardInput = .file(folder.file("input"))
    try ChildProcess(command).wait()
    #expect(try text(folder.file("copy")) == "first\n")
  }

  @Test func `the child has the mapped descriptors and no others`() throws {
    let folder = try TemporaryFolder()
    // Open here, and neither closed on exec nor mapped.
    let stray = unsafe open("/dev/null", O_RDONLY)
    let high = fcntl(stray, F_DUPFD, 200)
    defer {
      close(stray)
      close(high)
    }
    // `ls` itself opens one more to read the folder.
    var command = ChildProcess.Command(
      executable: "/bin/ls", name: "ls", arguments: ["/proc/self/fd"])
    command.standardOutput = .file(folder.file("list"))
    command.descriptors = [3: stray, 7: high]
    #expect(try ChildProcess(command).wait() == .code(0))
    #expect(try text(folder.file("list")) == "0\n1\n2\n3\n4\n7\n")
  }

  @Test func `mapped descriptors may change places`() throws {
    let folder = try TemporaryFolder()
    let opened = ["first", "second"].map {
      unsafe open(folder.file($0), O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    }
    let copies = opened.map { fcntl($0, F_DUPFD_CLOEXEC, 200) }
    defer { for descriptor in opened + copies { close(descriptor) } }
    var command = ChildProcess.Command(
      executable: "/bin/readlink", name: "readlink",
      arguments: copies.map { "/proc/self/fd/\($0)" })
    command.descriptors = [copies[0]: copies[1], copies[1]: copies[0]]
    command.standardOutput = .file(folder.file("list"))
    #expect(try ChildProcess(command).wait() == .code(0))
    let expected = "\(folder.file("second"))\n\(folder.file("first"))\n"
    #expect(try text(folder.file("list")) == expected)
  }

  @Test func `the environment is the given one and nothing else`() throws {
    let folder = try TemporaryFolder()
    var command = ChildProcess.Command(executable: "/usr/bin/env", name: "env")
    command.environment = ["ONE": "1", "EMPTY": "", "EQUALS": "a=b"]
    command.standardOutput = .file(folder.file("list"))
    #expect(try ChildProcess(command).wait() == .code(0))
    #expect(try text(folder.file("list")) == "EMPTY=\nEQUALS=a=b\nONE=1\n")
  }

  @Test func `the environment of this process is what a child inherits`() {
    let environment = ChildProcess.currentEnvironment
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) }
    #expect(environment["PATH"] == path)
    #expect(ChildProcess.Command(executable: "x").environment == environment)
  }

  @Test func `a blocked signal here is not blocked there`() throws {
    var set = sigset_t()
    var old = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGTERM)
    unsafe pthread_sigmask(SIG_BLOCK, &set, &old)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &old, nil) }
    let child = try ChildProcess(shell("kill -TERM $$; exit 0"))
    #expect(child.wait() == .signal(SIGTERM))
  }

  @Test func `a process group of its own is led by the child`() throws {
    var command = shell("exec sleep 600")
    command.ownProcessGroup = true
    let child = try ChildProcess(command)
    #expect(getpgid(child.processID) == child.processID)
  }
}
