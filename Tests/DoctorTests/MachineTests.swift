import TestSupport
import Testing

@testable import Doctor

@Suite("Limits of a process")
struct LimitCheckTests {
  private func checks(isNode: Bool = true) -> LimitChecks {
    LimitChecks(trainers: 16, readers: 2, isNode: isNode)
  }

  @Test("leave room for the connections that a node serves, or are named with the way out")
  func openFiles() {
    #expect(checks().openFiles(limit: 65_536).verdict == .ok)
    let few = checks().openFiles(limit: 1_024)
    #expect(few.verdict == .warning)
    #expect(few.found.contains("768 connections"))
    #expect(few.wayOut.contains("LimitNOFILE"))
    #expect(checks().openFiles(limit: 300).verdict == .wrong)
    #expect(checks(isNode: false).openFiles(limit: 300).verdict == .ok)
  }

  @Test("let a worker have its trainers and their threads")
  func processes() {
    // 64, two for each of 16 trainers, and 2 readers.
    #expect(checks().processes(limit: nil, group: nil).verdict == .ok)
    #expect(checks().processes(limit: 196, group: nil).verdict == .ok)
    #expect(checks().processes(limit: 195, group: nil).verdict == .warning)
    let tight = checks().processes(limit: 1_000, group: 97)
    #expect(tight.verdict == .wrong)
    #expect(tight.wayOut.contains("TasksMax=392"))
    #expect(checks().processes(limit: 97, group: 1_000).wayOut.contains("LimitNPROC"))
  }

  @Test("of waiting connections are read from the kernel's file")
  func backlog() throws {
    let system = try PreparedSystem(["/proc/sys/net/core/somaxconn": "128\n"])
    let findings = checks().findings(system.files)
    #expect(findings.contains { $0.check == "waiting connections" && $0.verdict == .warning })
    #expect(!checks(isNode: false).findings(system.files).contains { $0.verdict == .warning })
  }

  @Test("of control groups are those of the tightest one, in both kinds")
  func groups() throws {
    let second = try PreparedSystem([
      "/proc/self/cgroup": "0::/system.slice/granary.service\n",
      "/sys/fs/cgroup/system.slice/granary.service/memory.max": "max\n",
      "/sys/fs/cgroup/system.slice/memory.max": "4294967296\n",
      "/sys/fs/cgroup/system.slice/granary.service/pids.max": "77\n",
    ])
    #expect(ControlGroup(second.files).memoryBytes == 4 << 30)
    #expect(ControlGroup(second.files).processes == 77)
    let first = try PreparedSystem([
      "/proc/self/cgroup": "4:pids:/\n3:cpu,memory:/box\n1:name=systemd:/\n",
      "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": "1073741824\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    ])
    #expect(ControlGroup(first.files).memoryBytes == 1 << 30)
    #expect(ControlGroup(first.files).processes == nil)
    #expect(ControlGroup(try PreparedSystem([:]).files).memoryBytes == nil)
  }
}

@Suite("Memory of a host")
struct MemoryCheckTests {
  private let worker = MemoryChecks(trainers: 4, trainerBytes: 2 << 30, isWorker: true)

  @Test("holds a worker and all of its trainers, or the numbers that would fit are named")
  func crew() {
    #expect(worker.memory(total: 16 << 30, group: nil, available: 8 << 30).verdict == .ok)
    let tight = worker.memory(total: 16 << 30, group: 5 << 30, available: 8 << 30)
    #expect(tight.verdict == .warning)
    #expect(tight.found.contains("5 GiB for this control group"))
    #expect(tight.wayOut == "worker.trainers 2, or worker.trainerMemoryMiB 1152")
    let small = worker.memory(total: 1 << 30, group: nil, available: nil)
    #expect(small.verdict == .wrong)
    #expect(small.wayOut.contains("worker.trainerMemoryMiB 512"))
    #expect(
      worker.memory(total: 16 << 30, group: nil, available: 100 << 20).verdict == .warning)
  }

  @Test("is little for a coordinator")
  func coordinator() {
    let checks = MemoryChecks(trainers: 0, trainerBytes: 2 << 30, isWorker: false)
    #expect(checks.memory(total: 1 << 30, group: nil, available: 0).verdict == .ok)
    #expect(checks.memory(total: 1 << 30, group: 128 << 20, available: 0).verdict == .wrong)
  }

  @Test("that is counted before it is used, or set aside, is told")
  func traps() throws {
    let strict = try PreparedSystem([
      "/proc/meminfo": """
      MemTotal:       33554432 kB
      MemAvailable:   16777216 kB
      CommitLimit:    16777216 kB
      Committed_AS:   12582912 kB
      HugePages_Total:    8192
      Hugepagesize:       2048 kB

      """,
      "/proc/sys/vm/overcommit_memory": "2\n",
      "/sys/kernel/mm/transparent_hugepage/defrag": "always defer [madvise] never\n",
    ])
    let findings = worker.findings(strict.files)
    #expect(findings.map(\.check) == ["memory", "overcommit", "huge pages"])
    #expect(findings.map(\.verdict) == [.ok, .warning, .warning])
    #expect(findings[1].found.contains("4 GiB"))
    #expect(findings[2].found.contains("16 GiB of 32 GiB"))
    #expect(worker.overcommit(2, panics: false, left: 9 << 30).verdict == .ok)
    #expect(worker.overcommit(0, panics: false, left: 0).verdict == .ok)
    #expect(worker.overcommit(0, panics: true, left: 9 << 30).found.contains("panic_on_oom"))
    #expect(
      worker.hugePages(total: 8 << 30, reserved: 0, defragmentation: "always").verdict == .warning)
  }
}

@Suite("A host's clock")
struct ClockCheckTests {
  private let now = 1_795_000_000

  @Test("is well when something keeps it in step")
  func kept() {
    let checks = ClockChecks()
    #expect(checks.clock(.init(now: now, isKept: true, mostSeconds: 0.02)).verdict == .ok)
    #expect(checks.clock(.init(now: now, isKept: false, mostSeconds: 16)).verdict == .warning)
    #expect(checks.clock(.init(now: now, isKept: true, mostSeconds: 16)).verdict == .warning)
    #expect(checks.clock(.init(now: now, isKept: nil, mostSeconds: 0)).verdict == .ok)
    #expect(checks.clock(.init(now: 86_400, isKept: true, mostSeconds: 0)).verdict == .wrong)
  }

  @Test("is compared with the coordinator's, less what the answer took")
  func skew() {
    let ahead = ClockChecks.skew(here: 100, there: 90, roundTrip: 0.5)
    #expect(ahead.verdict == .warning)
    #expect(ahead.found == "9.5 s ahead of the coordinator's")
    #expect(ClockChecks.skew(here: 90, there: 100, roundTrip: 0).found.contains("behind"))
    #expect(ClockChecks.skew(here: 100, there: 102, roundTrip: 1).verdict == .ok)
  }

  @Test("comes from a source that is quick to ask")
  func source() throws {
    let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    let slow = try PreparedSystem([path: "hpet\n"]), quick = try PreparedSystem([path: "tsc\n"])
    #expect(ClockChecks().source(slow.files)?.verdict == .warning)
    #expect(ClockChecks().source(quick.files)?.verdict == .ok)
    #expect(ClockChecks().source(try PreparedSystem([:]).files) == nil)
  }

  @Test("can be read on this machine")
  func here() {
    let reading = ClockChecks.Reading.here
    #expect(reading.now > 0)
    #expect(reading.mostSeconds >= 0)
  }
}

@Suite("Libraries of a host")
struct LibraryCheckTests {
  @Test("that this program runs with are fit")
  func here() {
    #expect(LibraryChecks().findings.map(\.verdict) == [.ok, .ok])
  }

  @Test("that are known to be bad are refused with the reason")
  func bad() {
    let checks = LibraryChecks()
    let old = checks.zeroMQ(.init(4, 3, 1), hasCurve: true)
    #expect(old.verdict == .wrong)
    #expect(old.found.contains("CVE-2019-13132"))
    #expect(checks.zeroMQ(.init(4, 3, 2), hasCurve: true).found.contains("CVE-2020-15166)"))
    #expect(checks.zeroMQ(.init(4, 3, 3), hasCurve: true).verdict == .ok)
    #expect(checks.zeroMQ(.init(4, 3, 5), hasCurve: false).found.contains("CURVE"))
    #expect(checks.sqlite(.init(3, 36, 0), hasThreads: true, hasLog: true).verdict == .wrong)
    #expect(checks.sqlite(.init(3, 37, 0), hasThreads: true, hasLog: true).verdict == .ok)
    #expect(checks.sqlite(.init(3, 40, 1), hasThreads: false, hasLog: true).verdict == .wrong)
  }
}

@Suite("The name of a host")
struct HostNameCheckTests {
  @Test("tells it from others, or copies are not kept apart")
  func name() {
    let two = HostNameChecks(replication: 2)
    #expect(two.name("", machine: "barn-1").verdict == .ok)
    #expect(two.name("", machine: "localhost").verdict == .wrong)
    #expect(two.name("rack-2", machine: "localhost").verdict == .ok)
    #expect(HostNameChecks(replication: 1).name("", machine: "localhost").verdict == .warning)
  }

  @Test("is shared by workers that should keep each other's copies")
  func shared() {
    let checks = HostNameChecks(replication: 2)
    let crowd = [("w1", "barn"), ("w2", "barn")].map { (name: $0.0, host: $0.1) }
    let finding = checks.shared(crowd, wanted: 2)
    #expect(finding?.verdict == .warning)
    #expect(finding?.found.contains("w1, w2 on barn") == true)
    #expect(checks.shared(crowd + [("w3", "silo")], wanted: 2)?.verdict == .ok)
    #expect(checks.shared(crowd, wanted: 1) == nil)
  }
}
