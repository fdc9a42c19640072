import CLinux
import CommandLineArguments
import Glibc

/// What the system lets a process have of what it hands out in numbers.
struct LimitChecks {
  /// What of a worker there is in processes and threads, beside what settings ask for.
  private static let ownThreads = 64
  /// What a node takes beside connections, and the connections that it would serve.
  private static let ownFiles = 256, connections = 1_024
  /// The connections that may wait to be taken in.
  private static let waitingConnections = 1_024

  /// Trainer processes and reader threads.
  var trainers: Int, readers: Int
  var isNode: Bool

  func findings(_ files: SystemFiles) -> [Finding] {
    var findings = [openFiles(limit: Self.hardLimit(granary_rlimit_nofile))]
    // The superuser is not counted.
    let own = geteuid() == 0 ? nil : Self.softLimit(granary_rlimit_nproc)
    findings.append(processes(limit: own, group: ControlGroup(files).processes))
    if isNode, let most = files.number("/proc/sys/net/core/somaxconn") {
      findings.append(backlog(most))
    }
    return findings
  }

  /// A node raises its limit by itself as far as it may, so what counts is the hard one.
  func openFiles(limit: Int) -> Finding {
    let name = "open files"
    let wayOut = "LimitNOFILE=65536 in the unit, or `ulimit -Hn 65536` before the start"
    guard isNode else {
      return limit < Self.ownFiles
        ? Finding(name, .warning, "at most \(limit)", do: wayOut)
        : Finding(name, ok: "at most \(Readable.grouped(limit))")
    }
    let room = limit - Self.ownFiles
    if room < Self.connections / 4 {
      return Finding(
        name, .wrong, "at most \(limit), which leaves \(max(0, room)) connections", do: wayOut)
    }
    if room < Self.connections {
      return Finding(
        name, .warning,
        "at most \(limit), which leaves \(room) connections of the "
          + "\(Readable.grouped(Self.connections)) that a node serves", do: wayOut)
    }
    return Finding(name, ok: "at most \(Readable.grouped(limit))")
  }

  /// Threads count as processes. Each trainer has a thread that watches over it.
  func processes(limit: Int?, group: Int?) -> Finding {
    let name = "processes"
    guard let least = [limit, group].compactMap({ $0 }).min() else {
      return Finding(name, ok: "no limit")
    }
    let needed = Self.ownThreads + 2 * trainers + readers
    let wayOut =
      (group ?? .max) < (limit ?? .max)
      ? "TasksMax=\(4 * needed) in the unit, or a higher pids limit of the container"
      : "LimitNPROC=\(4 * needed) in the unit, or `nproc` in /etc/security/limits.conf"
    let found = "at most \(Readable.grouped(least)) processes and threads"
    guard isNode, least < 2 * needed else { return Finding(name, ok: found) }
    return Finding(
      name, least < needed ? .wrong : .warning, "\(found), a node takes about \(needed)", do: wayOut
    )
  }

  func backlog(_ most: Int) -> Finding {
    let found = "\(Readable.grouped(most)) connections may wait to be taken in"
    guard most < Self.waitingConnections else { return Finding("waiting connections", ok: found) }
    return Finding(
      "waiting connections", .warning, "\(found): after an outage all clients come back at once",
      do: "`sysctl -w net.core.somaxconn=4096`, and the same in /etc/sysctl.d/granary.conf")
  }

  private static func hardLimit(_ resource: granary_resource) -> Int {
    limit(resource).map { Int(clamping: $0.rlim_max) } ?? .max
  }

  private static func softLimit(_ resource: granary_resource) -> Int? {
    limit(resource).flatMap { $0.rlim_cur == .max ? nil : Int(clamping: $0.rlim_cur) }
  }

  private static func limit(_ resource: granary_resource) -> rlimit? {
    var limit = rlimit()
    let code = unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    return code == 0 ? limit : nil
  }
}
