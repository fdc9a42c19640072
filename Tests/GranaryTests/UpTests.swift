import CommandLineArguments
import Glibc
import Settings
import TestSupport
import Testing
import Threading

@testable import granary

@Suite("The restart policy")
struct RestartPolicyTests {
  @Test("waits twice as long after each quick death, and gives up after five")
  func giveUp() {
    var policy = RestartPolicy()
    let decisions = (0..<5).map { _ in policy.died(afterMilliseconds: 29_999) }
    #expect(
      decisions == [
        .start(afterMilliseconds: 500), .start(afterMilliseconds: 1_000),
        .start(afterMilliseconds: 2_000), .start(afterMilliseconds: 4_000), .giveUp,
      ])
  }

  @Test("forgets quick deaths after a long life")
  func longLife() {
    var policy = RestartPolicy()
    for _ in 0..<4 { _ = policy.died(afterMilliseconds: 10) }
    #expect(policy.died(afterMilliseconds: 30_000) == .start(afterMilliseconds: 500))
    #expect(policy.died(afterMilliseconds: 10) == .start(afterMilliseconds: 500))
  }
}

@Suite("granary up")
struct UpTests {
  @Test("gives up a coordinator that keeps ending, and says what its log says last")
  func givesUp() throws {
    let folder = try TemporaryFolder()
    let cluster = ClusterFolder(path: folder.path)
    let log = cluster.log(of: "coordinator")
    var command = ChildProcess.Command(
      executable: "/bin/sh", arguments: ["-c", "echo started; echo the disk is gone; exit 6"])
    command.standardOutput = .file(log)
    var local = try LocalCluster(
      folder: cluster,
      coordinator: ClusterProcess(
        name: "coordinator", command: command, log: log,
        policy: RestartPolicy(pauseMilliseconds: 1)), roster: WorkerRoster(wanted: 0)
    ) { _ in throw GranaryError.notLocal("there are no workers") }
    #expect(
      throws: GranaryError.keepsEnding(
        name: "coordinator", log: log, lastLine: "the disk is gone")
    ) { _ = try local.run() }
    #expect(try text(log).split(separator: "\n").count == 2 * RestartPolicy.mostQuickDeaths)
  }

  @Test("serves, starts again what dies, refuses a second one, and stops in order")
  func life() async throws {
    let folder = try TemporaryFolder()
    let cluster = folder.file("cluster")
    let up = try Binary.start(["up", "--cluster", cluster, "--workers", "2"], in: folder)
    let isReady = await eventually { try text(folder.file("output")).hasPrefix("ready: ") }
    try #require(isReady, "\((try? text(folder.file("errors"))) ?? "")")
    #expect(
      try text(folder.file("errors"))
        == "made keys in \(cluster)/keys: coordinator, worker-1, worker-2, client, operator\n")

    let second = try Binary.run(["up", "--cluster", cluster])
    #expect(second.exit == .code(1))
    #expect(
      second.errors == """
        granary: \(cluster): `granary up` runs there already as process \(up.processID); stop it \
        with kill -INT \(up.processID), or choose another folder with --cluster

        """)

    let worker = try #require(try child(of: up.processID, named: "worker-1"))
    kill(worker, SIGKILL)
    let isBack = await eventually {
      try child(of: up.processID, named: "worker-1").map { $0 != worker } ?? false
    }
    #expect(isBack)
    #expect(
      try text(folder.file("errors")).contains(
        "granary up: worker-1 was ended by signal 9; starting it again in 500 ms\n"))

    up.kill(SIGINT)
    #expect(up.wait() == .code(0))
    #expect(try text(folder.file("errors")).hasSuffix("granary up: stopping\n"))
  }

  @Test("goes on with what an earlier one left")
  func again() async throws {
    let cluster = try TemporaryFolder()
    for errors in [
      "made keys in \(cluster.path)/keys: coordinator, worker-1, client, operator\n", "",
    ] {
      let folder = try TemporaryFolder()
      let up = try Binary.start(["up", "--cluster", cluster.path, "--workers", "1"], in: folder)
      let isReady = await eventually { try text(folder.file("output")).hasPrefix("ready: ") }
      #expect(isReady)
      #expect(try text(folder.file("errors")) == errors)
      up.kill(SIGTERM)
      #expect(up.wait() == .code(0))
    }
  }

  @Test("takes its processes along when it is killed")
  func killed() async throws {
    let folder = try TemporaryFolder()
    let up = try Binary.start(
      ["up", "--cluster", folder.file("cluster"), "--workers", "1"], in: folder)
    let isReady = await eventually { try text(folder.file("output")).hasPrefix("ready: ") }
    try #require(isReady)
    let children = try ["coordinator", "worker-1"].map {
      try #require(try child(of: up.processID, named: $0))
    }
    up.kill(SIGKILL)
    up.wait()
    let areGone = await eventually { children.allSatisfy { !isAlive($0) } }
    #expect(areGone)
  }

  @Test("refuses settings under which nothing would ever be served")
  func settings() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Binary.refusal(
        "up", "--cluster", folder.path, "--workers", "2", "--set", "cluster.minimumWorkers=3")
          == """
          granary: cluster.minimumWorkers 3 (--set) is more than --workers 2: nothing would ever \
          be served; raise --workers or lower it

          """)
    #expect(
      try Binary.refusal("up", "--cluster", folder.path, "--set", "cluster.shard=3").hasSuffix(
        "unknown setting cluster.shard; did you mean cluster.shards?\n"))
  }
}

/// The child of a process whose command line has this word.
private func child(of parent: Int32, named word: String) throws -> Int32? {
  let numbers = try text("/proc/\(parent)/task/\(parent)/children").split(separator: " ")
  return try numbers.compactMap { Int32($0) }.first { number in
    try text("/proc/\(number)/cmdline").split(separator: "\0").contains { $0 == word }
  }
}

/// Whether a process is there and is not just waiting to be reaped.
private func isAlive(_ number: Int32) -> Bool {
  guard let status = try? text("/proc/\(number)/stat") else { return false }
  return status.split(separator: ")").last?.hasPrefix(" Z") == false
}
