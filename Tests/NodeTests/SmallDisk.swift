import Settings
import TestSupport
import Threading

/// A file system of few megabytes that only one process sees, and that goes with it.
struct SmallDisk {
  /// How much there is room for.
  var megabytes: Int
  /// Whether it says that there is ten times the room: then nothing but fsync fails where there is
  /// none, as on a disk that breaks. It is a file on the small one, and the system finds out that
  /// the file cannot grow when it writes back what it took.
  var isHollow = false

  /// Whether this user may mount in a name space of its own.
  static let isPossible: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    return (try? shell("unshare --mount mount -t tmpfs -o size=1m tmpfs \(folder.path)")) == 0
  }()

  /// Whether it may mount a file as well.
  static let canBeHollow: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    let hollow = SmallDisk(megabytes: 1, isHollow: true)
    let line = "folder=\(folder.path)/disk; \(hollow.mounting)"
    return (try? shell("unshare --mount sh -c '\(line)'")) == 0
  }()

  /// Mounts it at `$folder`.
  private var mounting: String {
    let small = "mkdir -p \"$folder\" && mount -t tmpfs -o size=\(megabytes)m tmpfs \"$folder\""
    guard isHollow else { return small }
    // The small one stays in reach as the folder's own name with an ending.
    return """
      PATH=$PATH:/usr/sbin:/sbin; mkdir -p "$folder" "$folder.small" && \
      mount -t tmpfs -o size=\(megabytes)m tmpfs "$folder.small" && \
      truncate -s \(10 * megabytes)M "$folder.small/image" && \
      mkfs.ext4 -q -b 4096 -O ^has_journal "$folder.small/image" && \
      mount -o loop "$folder.small/image" "$folder"
      """
  }

  /// The command that starts a process with this disk at `folder`.
  func command(_ command: ChildProcess.Command, at folder: String) -> ChildProcess.Command {
    var wrapped = command
    wrapped.executable = "/usr/bin/unshare"
    wrapped.name = "unshare"
    wrapped.arguments =
      ["--mount", "sh", "-c", "folder=$0; \(mounting) && exec \"$@\"", folder, command.executable]
      + command.arguments
    return wrapped
  }

  /// Makes room.
  func grow(_ cluster: TestCluster, node: String, toMegabytes: Int) throws {
    let folder = cluster.cluster.data(of: node)
    try Self.inside(cluster, node, "mount -o remount,size=\(toMegabytes)m \(folder)")
  }

  /// Leaves no room but for what is written already. Meanwhile a hollow disk is written page by
  /// page, for of a larger piece of which only the beginning has room Linux says that all went.
  func fill(_ cluster: TestCluster, node: String) throws {
    if isHollow { try write(cluster, node, atMostKilobytes: 4) }
    let folder = cluster.cluster.data(of: node)
    let filling = filling(cluster, node)
    try Self.inside(
      cluster, node,
      "sh -c 'sync -f \(folder); dd if=/dev/zero of=\(filling) bs=4k; test -s \(filling)'")
  }

  /// Gives back what filled it.
  func empty(_ cluster: TestCluster, node: String) throws {
    try Self.inside(cluster, node, "rm \(filling(cluster, node))")
    if isHollow { try write(cluster, node, atMostKilobytes: 0) }
  }

  /// The file that takes the room that is left.
  private func filling(_ cluster: TestCluster, _ node: String) -> String {
    cluster.cluster.data(of: node) + (isHollow ? ".small" : "") + "/filling"
  }

  /// Limits the pieces in which a hollow disk is written; 0 stands for the system's own limit.
  private func write(_ cluster: TestCluster, _ node: String, atMostKilobytes limit: Int) throws {
    let device = "$(basename $(findmnt -nro SOURCE \(cluster.cluster.data(of: node))))"
    try Self.inside(
      cluster, node, "sh -c 'echo \(limit) >/sys/block/\(device)/queue/max_sectors_kb'")
  }

  private static func inside(_ cluster: TestCluster, _ node: String, _ line: String) throws {
    let process = try cluster.processID(of: node)
    guard try shell("nsenter --target \(process) --mount \(line)") == 0 else {
      throw cluster.failure("on the disk of \(node) this failed: \(line)")
    }
  }

  private static func shell(_ line: String) throws -> Int32 {
    var command = ChildProcess.Command(executable: "/bin/sh", arguments: ["-c", line])
    command.standardOutput = .null
    command.standardError = .null
    guard case .code(let code) = try ChildProcess(command).wait() else { return -1 }
    return code
  }
}
