import Settings

/// The disk of a host, with its own copy of the cluster's folder, as on a machine of its own.
struct Host: Sendable {
  /// Its number in the network.
  let number: Int
  /// The cluster's folder on its disk.
  let folder: ClusterFolder
  /// Where its disk is.
  let mount: String
  private let mebibytes: Int

  /// Mounts a disk of that size and puts keys there.
  init(_ number: Int, at mount: String, mebibytes: Int, keys: HostKeys, of names: [String]) throws {
    self.number = number
    self.mount = mount
    self.mebibytes = mebibytes
    folder = ClusterFolder(path: "\(mount)/cluster")
    let place = Shell.quoted(mount)
    var script = """
      mkdir -p \(place)
      mount -t tmpfs -o size=\(mebibytes)m,mode=700 granary-lab \(place)
      mkdir -m 700 \(Shell.quoted(folder.path)) \(Shell.quoted(folder.keys))
      cp \(Shell.quoted(keys.folder.allowList)) \(Shell.quoted(folder.allowList))

      """
    for name in names {
      for file in [keys.folder.secretKey(of: name), keys.folder.publicKey(of: name)] {
        script += "cp -p \(Shell.quoted(file)) \(Shell.quoted(folder.keys))\n"
      }
    }
    try Shell.run(script)
  }

  /// Changes the size and nothing else: what the disk says of its owner cannot be said again by a
  /// user who is root in these name spaces alone.
  private var remount: String { "mount --options-mode ignore -o remount,size=" }

  /// Leaves no room on the disk: it becomes as small as what is on it. Nothing is written for that,
  /// since the disk is in memory.
  func fill() throws {
    // What is written in between makes the first try fail.
    try Shell.run(
      "for try in 1 2 3 4 5; do "
        + "used=$(df --output=used --block-size=1k \(Shell.quoted(mount)) | tail -n 1); "
        + "\(remount)$((used))k none \(Shell.quoted(mount)) 2>/dev/null && exit 0; "
        + "done; exit 1")
  }

  /// Makes room again.
  func empty() throws {
    try Shell.run("\(remount)\(mebibytes)m none \(Shell.quoted(mount))")
  }

  /// Takes the disk away with everything on it.
  func unmount() throws { try Shell.run("umount --lazy \(Shell.quoted(mount))") }
}

/// The keys of a cluster, made once for all runs.
struct HostKeys: Sendable {
  /// Where they are.
  let folder: ClusterFolder

  /// Makes a key for each node, and for those who talk to them.
  init(
    in path: String, program: String, coordinators: [String] = [Nodes.coordinator],
    workers: [String]
  ) throws {
    folder = ClusterFolder(path: path)
    var script = ""
    let names =
      coordinators.map { ($0, "coordinator") } + [("operator", "operator"), ("client", "client")]
      + workers.map { ($0, "worker") }
    for (name, role) in names {
      script +=
        "\(Shell.quoted(program)) keys add \(name) --role \(role) --cluster \(Shell.quoted(path))\n"
    }
    try Shell.run(script)
  }
}
