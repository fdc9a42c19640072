/// What the control groups that a process is in allow it, whichever of the two kinds they are
/// (control groups v1 and v2, as the kernel documents them).
struct ControlGroup {
  private let files: SystemFiles

  init(_ files: SystemFiles) { self.files = files }

  /// The memory that the tightest of the groups allows; nothing where none says so.
  var memoryBytes: Int? {
    least("memory", "memory.max", before: "memory.limit_in_bytes")
  }

  /// The processes and threads that the tightest of the groups allows.
  var processes: Int? { least("pids", "pids.max", before: "pids.max") }

  /// Group paths are lines `0::/PATH` (v2) and `NUMBER:CONTROLLERS:/PATH` (v1).
  private func least(_ controller: String, _ file: String, before old: String) -> Int? {
    var found: [Int] = []
    for line in files.text("/proc/self/cgroup")?.split(separator: "\n") ?? [] {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[0] == "0", parts[1].isEmpty {
        found += limits(String(parts[2]), at: "/sys/fs/cgroup", file)
      } else if parts[1].split(separator: ",").contains(controller[...]) {
        found += limits(String(parts[2]), at: "/sys/fs/cgroup/\(controller)", old)
      }
    }
    // Without a limit, v1 says the largest number that is a whole page.
    return found.filter { $0 < 1 << 60 }.min()
  }

  /// What a group and those above it say: each of them holds.
  private func limits(_ path: String, at mount: String, _ file: String) -> [Int] {
    var parts = path.split(separator: "/")
    var found: [Int] = []
    while true {
      let folder = parts.reduce(mount) { "\($0)/\($1)" }
      if let limit = files.number("\(folder)/\(file)") { found.append(limit) }
      guard !parts.isEmpty else { return found }
      parts.removeLast()
    }
  }
}
