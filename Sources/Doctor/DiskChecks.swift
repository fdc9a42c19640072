import CommandLineArguments

/// Whether a disk is fit for a database that must not lose what it acknowledged.
struct DiskChecks {
  /// A fold and the log beside the database need this much.
  static let leastBytes = 256 << 20
  /// Less is not much: `status` turns yellow at 1 GiB.
  static let fewBytes = 2 << 30
  /// A commit takes a fifth of a millisecond on a good disk.
  static let slowSeconds = 0.010, stuckSeconds = 0.5

  /// File systems on which SQLite's locks, its shared memory or a sync are not what they should be.
  private static let doubtful: [UInt: (name: String, why: String)] = [
    0x6969: ("NFS", "locks and syncs are the server's"),
    0x517B: ("SMB", "locks and syncs are the server's"),
    0xFE53_4D42: ("SMB", "locks and syncs are the server's"),
    0xFF53_4D42: ("CIFS", "locks and syncs are the server's"),
    0x0102_1997: ("9p", "shared memory and syncs are the host's"),
    0x6573_5546: ("FUSE", "syncs are what the program behind it makes of them"),
    0x00C3_6400: ("Ceph", "locks and syncs are the servers'"),
    0x0BD0_0BD0: ("Lustre", "locks are off unless it is mounted with flock"),
    0x0102_1994: ("tmpfs", "it is memory: all is gone when the machine starts again"),
    0x8584_58F6: ("ramfs", "it is memory: all is gone when the machine starts again"),
    0x794C_7630: ("overlay", "it is a container's own layer: all goes when the container does"),
  ]
  /// Those that are meant for data, for the name.
  private static let sound: [UInt: String] = [
    0xEF53: "ext4", 0x5846_5342: "XFS", 0x9123_683E: "Btrfs", 0x2FC1_2FC1: "ZFS",
    0xF2F5_2010: "F2FS",
  ]

  func findings(_ folder: String) -> [Finding] {
    guard let probe = DiskProbe(of: folder) else {
      return [
        Finding(
          "disk", .wrong, "\(folder) cannot be looked at", do: "see `ls -ld \(folder)` and `mount`")
      ]
    }
    return [kind(probe, folder), room(probe, folder), speed(probe, folder)]
  }

  func kind(_ probe: DiskProbe, _ folder: String) -> Finding {
    if let (name, why) = Self.doubtful[probe.kind] {
      return Finding(
        "file system", .warning, "\(folder) is on \(name): \(why)",
        do: "put the data on a disk of this machine, with ext4 or XFS")
    }
    let name = Self.sound[probe.kind] ?? "0x" + String(probe.kind, radix: 16)
    return Finding("file system", ok: "\(folder) is on \(name)")
  }

  func room(_ probe: DiskProbe, _ folder: String) -> Finding {
    let found =
      "\(folder) has \(Readable.bytes(probe.freeBytes)) of "
      + "\(Readable.bytes(probe.totalBytes)) left"
    if probe.freeBytes < Self.fewBytes {
      return Finding(
        "disk space", probe.freeBytes < Self.leastBytes ? .wrong : .warning, found,
        do: "free or add space; `du -xh --max-depth=2 \(folder)` says what takes it")
    }
    if let files = probe.freeFiles, files < 1_000 {
      return Finding(
        "disk space", .wrong, "\(folder) has room for \(files) more files",
        do: "remove small files; `df -i \(folder)` counts them")
    }
    return Finding("disk space", ok: found)
  }

  func speed(_ probe: DiskProbe, _ folder: String) -> Finding {
    let name = "disk speed"
    if probe.isReadOnly {
      return Finding(
        name, .wrong, "\(folder) is mounted for reading only",
        do: "see `dmesg` for why, then `mount -o remount,rw`")
    }
    if let failure = probe.failure {
      return Finding(
        name, .wrong, "\(folder) cannot be written: \(failure)",
        do: "see its owner and mode with `ls -ld \(folder)`, and run this as the node's user")
    }
    let (median, slowest) = (probe.medianSeconds ?? 0, probe.slowestSeconds ?? 0)
    let found =
      "a commit in \(folder) takes \(Readable.duration(seconds: median)), the slowest "
      + Readable.duration(seconds: slowest)
    guard median > Self.slowSeconds || slowest > Self.stuckSeconds else {
      return Finding(name, ok: found)
    }
    return Finding(
      name, .warning, "\(found): every acknowledgement waits for one",
      do: "see with `iostat -x 1` what else writes there, or give the data a faster disk")
  }
}
