import CommandLineArguments

/// Whether what settings allow fits into the memory that there is, and how that is handed out.
struct MemoryChecks {
  /// What a worker takes beside its trainers: caches of the connections, frames, what is read.
  static let workerBytes = 512 << 20
  /// What a coordinator takes with ten million SKUs, and twice of it to spare.
  static let coordinatorBytes = 256 << 20
  /// Less than this left over is little for the page cache that SQLite reads through.
  static let leastAvailable = 256 << 20

  var trainers: Int
  var trainerBytes: Int
  var isWorker: Bool

  func findings(_ files: SystemFiles) -> [Finding] {
    func kibibytes(_ name: String) -> Int? {
      files.number(name, in: "/proc/meminfo").map { $0 << 10 }
    }
    guard let total = kibibytes("MemTotal") else { return [] }
    let group = ControlGroup(files).memoryBytes
    var findings = [memory(total: total, group: group, available: kibibytes("MemAvailable"))]
    findings += [
      overcommit(
        files.number("/proc/sys/vm/overcommit_memory") ?? 0,
        panics: (files.number("/proc/sys/vm/panic_on_oom") ?? 0) != 0,
        left: (kibibytes("CommitLimit") ?? 0) - (kibibytes("Committed_AS") ?? 0)),
      hugePages(
        total: total,
        reserved: (files.number("HugePages_Total", in: "/proc/meminfo") ?? 0)
          * (kibibytes("Hugepagesize") ?? 0),
        defragmentation: files.choice("/sys/kernel/mm/transparent_hugepage/defrag")),
    ]
    return findings
  }

  func memory(total: Int, group: Int?, available: Int?) -> Finding {
    let name = "memory"
    let allowed = min(total, group ?? .max)
    let place = group.map { $0 < total } ?? false ? "this control group" : "this machine"
    let found = "\(Readable.bytes(allowed)) for \(place)"
    guard isWorker else {
      return allowed < Self.coordinatorBytes
        ? Finding(
          name, .wrong, "\(found), \(Readable.bytes(Self.coordinatorBytes)) are needed",
          do: "give it more, or raise MemoryMax")
        : Finding(name, ok: found)
    }
    let crew = trainers * trainerBytes
    if allowed < Self.workerBytes + crew {
      let room = max(0, allowed - Self.workerBytes)
      let fitting = room / trainerBytes
      let share = max(64, (room / trainers) >> 20)
      let wayOut =
        fitting > 0
        ? "worker.trainers \(fitting), or worker.trainerMemoryMiB \(share)"
        : "give it more memory, or worker.trainers 1 and worker.trainerMemoryMiB "
          + "\(max(64, room >> 20))"
      return Finding(
        name, fitting > 0 ? .warning : .wrong,
        "\(found); \(Readable.grouped(trainers, "trainer", "trainers")) of at most "
          + "\(Readable.bytes(trainerBytes)) and the worker's own "
          + "\(Readable.bytes(Self.workerBytes)) are more: where all grow, the kernel ends one of "
          + "them, perhaps the worker", do: wayOut)
    }
    if let available, available < Self.leastAvailable {
      return Finding(
        name, .warning, "\(found), of which \(Readable.bytes(available)) are free",
        do: "see with `top -o %MEM` who takes the rest, and move it elsewhere")
    }
    return Finding(name, ok: found)
  }

  /// vm.overcommit_memory 2 counts what is reserved, not what is used.
  func overcommit(_ policy: Int, panics: Bool, left: Int) -> Finding {
    let name = "overcommit"
    if panics {
      return Finding(
        name, .warning,
        "vm.panic_on_oom is set: a process that takes too much memory stops the "
          + "machine", do: "`sysctl -w vm.panic_on_oom=0`, and the same in /etc/sysctl.d")
    }
    let needed = isWorker ? trainers * trainerBytes + Self.workerBytes : Self.coordinatorBytes
    guard policy == 2, left < needed else {
      return Finding(name, ok: policy == 2 ? "strict, and enough is left" : "as Linux comes")
    }
    return Finding(
      name, .warning,
      "vm.overcommit_memory is 2 and \(Readable.bytes(max(0, left))) may still be "
        + "reserved, up to \(Readable.bytes(needed)) will be: trainers fail for want of memory "
        + "that is there",
      do: "`sysctl -w vm.overcommit_memory=0`, or a higher vm.overcommit_ratio")
  }

  func hugePages(total: Int, reserved: Int, defragmentation: String?) -> Finding {
    let name = "huge pages"
    if reserved > total / 4 {
      return Finding(
        name, .warning,
        "\(Readable.bytes(reserved)) of \(Readable.bytes(total)) are set aside as "
          + "huge pages, which Granary cannot use", do: "`sysctl -w vm.nr_hugepages=0`")
    }
    if defragmentation == "always" {
      return Finding(
        name, .warning,
        "transparent_hugepage/defrag is always: a thread that touches memory may "
          + "stand still until the kernel has tidied up",
        do: "`echo madvise > /sys/kernel/mm/transparent_hugepage/defrag`")
    }
    return Finding(name, ok: "none in the way")
  }
}
