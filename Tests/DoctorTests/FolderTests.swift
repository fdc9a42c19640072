import ClusterStore
import FoundationEssentials
import Glibc
import Messaging
import Settings
import ShardStore
import TestSupport
import Testing

@testable import Doctor

/// A cluster's folder with the keys of a coordinator, a worker and an operator.
struct PreparedCluster {
  let temporary: TemporaryFolder
  let folder: ClusterFolder

  init(_ identities: [(Role, String)] = Self.usual) throws {
    temporary = try TemporaryFolder()
    folder = ClusterFolder(path: temporary.file("cluster"))
    try FileManager.default.createDirectory(
      atPath: folder.keys, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try setMode(0o700, folder.path)
    var list = ""
    for (role, name) in identities {
      let pair = try CurveKeyPair.generate()
      try KeyFile.writeSecret(pair, to: folder.secretKey(of: name))
      try KeyFile.writePublic(pair.publicKey, to: folder.publicKey(of: name))
      list += AllowList.line(pair.publicKey, try #require(Identity(role: role, node: name)))
    }
    try AllowList.write(list, to: folder.allowList)
  }

  static let usual: [(Role, String)] = [
    (.coordinator, "coordinator"), (.worker, "worker-1"), (.operator, "operator"),
  ]

  var keys: [Finding] { KeyChecks(folder: folder, parts: [.coordinator, .worker]).findings }

  func folders(user: uid_t = geteuid()) -> [Finding] {
    FolderChecks(folder: folder, nodes: ["worker-1"], user: user).findings
  }
}

@Suite("Keys of a host")
struct KeyCheckTests {
  @Test("are well when each is secret, paired and on the list")
  func well() throws {
    let cluster = try PreparedCluster()
    #expect(cluster.keys.map(\.verdict) == [.ok])
    #expect(cluster.keys[0].found == "coordinator, operator, worker-1: secret, and paired")
    #expect(Examination.parts(of: cluster.folder) == [.coordinator, .worker])
  }

  @Test("in the middle of a change are well, and the command that ends it is named")
  func changing() throws {
    let cluster = try PreparedCluster()
    let (secret, next, old) = (
      cluster.folder.secretKey(of: "worker-1"), cluster.folder.nextSecretKey(of: "worker-1"),
      cluster.folder.oldSecretKey(of: "worker-1")
    )
    let (before, pair) = (try KeyFile.readSecret(secret), try CurveKeyPair.generate())
    try KeyFile.writeSecret(pair, to: next)
    let list = try String(contentsOfFile: cluster.folder.allowList, encoding: .utf8)
    let identity = try #require(Identity(role: .worker, node: "worker-1"))
    try AllowList.write(
      list + AllowList.line(pair.publicKey, identity), to: cluster.folder.allowList)
    #expect(cluster.keys.map(\.verdict) == [.warning])
    #expect(cluster.keys[0].wayOut.contains("granary keys rotate worker-1"))

    // Cut before the public key followed.
    try KeyFile.writeSecret(before, to: old)
    try KeyFile.move(next, to: secret)
    #expect(cluster.keys.map(\.verdict) == [.warning], "\(cluster.keys)")
    #expect(cluster.keys[0].found.contains("the key before"))
    try setMode(0o644, old)
    #expect(cluster.keys.map(\.verdict).contains(.wrong))
  }

  @Test("that others can read are named with the command that mends it")
  func exposed() throws {
    let cluster = try PreparedCluster()
    try setMode(0o640, cluster.folder.secretKey(of: "worker-1"))
    let finding = try #require(cluster.keys.first)
    #expect(finding.check == "key of worker-1")
    #expect(finding.verdict == .wrong)
    #expect(finding.wayOut.contains("chmod 600"))
  }

  @Test("that do not belong together are told by their beginnings")
  func unpaired() throws {
    let cluster = try PreparedCluster()
    let other = try CurveKeyPair.generate().publicKey
    try write("\(other)\n", cluster.folder.publicKey(of: "worker-1"))
    let finding = try #require(cluster.keys.first { $0.check == "key of worker-1" })
    #expect(finding.verdict == .wrong)
    #expect(finding.found.contains(other.beginning))
  }

  @Test("that the list does not have, or has under another name, are told")
  func list() throws {
    let cluster = try PreparedCluster()
    let text = try String(contentsOf: URL(filePath: cluster.folder.allowList), encoding: .utf8)
    try write(text.replacing("worker worker-1", with: "worker worker-9"), cluster.folder.allowList)
    #expect(cluster.keys.contains { $0.verdict == .wrong && $0.found.contains("worker-9") })
    let without = text.split(separator: "\n").filter { !$0.hasSuffix("worker-1") }
    try write(without.joined(separator: "\n"), cluster.folder.allowList)
    #expect(cluster.keys.contains { $0.verdict == .warning && $0.check == "key of worker-1" })
  }

  @Test("need a list that only their owner can change, and that can be read")
  func badList() throws {
    let cluster = try PreparedCluster()
    try setMode(0o666, cluster.folder.allowList)
    #expect(cluster.keys.contains { $0.check == "allow-list" && $0.wayOut.contains("chmod 644") })
    try setMode(0o644, cluster.folder.allowList)
    try write("nonsense\n", cluster.folder.allowList)
    #expect(cluster.keys.contains { $0.check == "allow-list" && $0.found.contains("allowed:1") })
    try FileManager.default.removeItem(atPath: cluster.folder.allowList)
    #expect(cluster.keys.contains { $0.check == "allow-list" && $0.verdict == .wrong })
  }

  @Test("that a part needs and that are not here are named with the way to make them")
  func missing() throws {
    let cluster = try PreparedCluster([(.operator, "operator")])
    let made = cluster.keys.filter { $0.verdict == .wrong }.map(\.wayOut)
    #expect(made.count == 2)
    #expect(made.allSatisfy { $0.contains("granary keys add") })
    #expect(Examination.parts(of: cluster.folder) == [.client])
  }

  @Test("without an operator are told where the coordinator is")
  func nobody() throws {
    let cluster = try PreparedCluster([(.coordinator, "coordinator"), (.worker, "worker-1")])
    #expect(cluster.keys.contains { $0.found.contains("no operator") })
  }

  @Test("of nodes elsewhere say that the cluster has other machines")
  func elsewhere() throws {
    let cluster = try PreparedCluster()
    #expect(!KeyChecks.isShared(cluster.folder))
    let key = try CurveKeyPair.generate().publicKey
    let text = try String(contentsOf: URL(filePath: cluster.folder.allowList), encoding: .utf8)
    try write("\(text)\(key) worker worker-2\n", cluster.folder.allowList)
    #expect(KeyChecks.isShared(cluster.folder))
  }
}

@Suite("Folders of a host")
struct FolderCheckTests {
  @Test("are their user's alone")
  func rights() throws {
    let cluster = try PreparedCluster()
    #expect(cluster.folders().map(\.verdict) == [.ok])
    try setMode(0o755, cluster.folder.path)
    #expect(cluster.folders().map(\.verdict) == [.warning])
    try setMode(0o777, cluster.folder.path)
    #expect(cluster.folders().map(\.verdict) == [.wrong])
    try setMode(0o500, cluster.folder.path)
    #expect(cluster.folders().map(\.verdict) == [.wrong])
    try setMode(0o700, cluster.folder.path)
  }

  @Test("of somebody else are examined as that user")
  func foreign() throws {
    let cluster = try PreparedCluster()
    let finding = try #require(cluster.folders(user: geteuid() + 1).first)
    #expect(finding.verdict == .wrong)
    #expect(finding.found.contains("belongs to \(FolderChecks.name(geteuid()))"))
  }

  @Test("of data are judged by themselves, with what was set aside in them")
  func data() throws {
    let cluster = try PreparedCluster()
    let data = cluster.folder.data(of: "worker-1")
    try write(String(repeating: "x", count: 2_048), "\(data)/damaged-1/granary.sqlite")
    try setMode(0o700, data)
    let aside = try #require(cluster.folders().last)
    #expect(aside.verdict == .warning)
    #expect(aside.found.contains("damaged-1") && aside.found.contains("2 KiB"))
    try setMode(0o750, data)
    #expect(cluster.folders().contains { $0.wayOut.contains("chmod 700 \(data)") })
  }

  @Test("that are not there yet stand for the nearest that is")
  func nearest() throws {
    let cluster = try PreparedCluster()
    #expect(FolderChecks.nearest(to: "\(cluster.folder.path)/a/b") == cluster.folder.path)
    #expect(FolderChecks.nearest(to: "/nowhere-at-all/x") == "/")
    #expect(FolderChecks.nearest(to: "nowhere-at-all/x") == ".")
    let none = FolderChecks(
      folder: ClusterFolder(path: cluster.temporary.file("none")), nodes: [], user: geteuid())
    #expect(none.findings.map(\.verdict) == [.wrong])
  }
}

@Suite("The schema of data")
struct SchemaCheckTests {
  @Test("is read from a database that its writer has open, before its log is copied back")
  func log() throws {
    let temporary = try TemporaryFolder()
    let folder = ClusterFolder(path: temporary.path)
    let data = folder.data(of: "coordinator")
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    let store = try SQLiteClusterStore(folder: data)
    try withExtendedLifetime(store) {
      let found = try #require(DatabaseSchema(of: SQLiteClusterStore.path(data)))
      #expect(found.version == SQLiteClusterStore.schemaVersion)
      #expect(FileManager.default.fileExists(atPath: SQLiteClusterStore.path(data) + "-wal"))
      let findings = SchemaChecks(folder: folder, workers: [], coordinators: ["coordinator"])
        .findings
      #expect(findings.map(\.verdict) == [.ok])
    }
  }

  @Test("is read from a database at rest")
  func rest() throws {
    let temporary = try TemporaryFolder()
    let folder = ClusterFolder(path: temporary.path)
    let data = folder.data(of: "worker-1")
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    do { _ = try ShardWriter(folder: data, shardCount: 4) }
    let path = ShardReader.path(data)
    #expect(DatabaseSchema(of: path)?.version == ShardReader.schemaVersion)
    // user_version is at offset 60: what a later program would have left there.
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    bytes[63] = UInt8(ShardReader.schemaVersion + 1)
    try Data(bytes).write(to: URL(filePath: path))
    let checks = SchemaChecks(folder: folder, workers: ["worker-1"], coordinators: [])
    let finding = try #require(checks.findings.first)
    #expect(finding.verdict == .wrong)
    #expect(finding.found.contains("written by a newer granary"))
    try write("no database", path)
    #expect(checks.findings.map(\.verdict) == [.wrong])
  }

  @Test("of before is brought up at the next start")
  func older() {
    #expect(SchemaChecks.finding("w", "p", 1, known: 3).found.contains("becomes 3"))
  }
}

@Suite("The disk of a host")
struct DiskCheckTests {
  private func probe(_ kind: UInt = 0xEF53, free: Int = 100 << 30) -> DiskProbe {
    DiskProbe(kind: kind, freeBytes: free, totalBytes: 200 << 30)
  }

  @Test("is one of the machine's own that keeps what was synced")
  func kind() {
    let checks = DiskChecks()
    #expect(checks.kind(probe(), "/data").verdict == .ok)
    for (magic, name) in [(UInt(0x6969), "NFS"), (0x0102_1994, "tmpfs"), (0x794C_7630, "overlay")] {
      let finding = checks.kind(probe(magic), "/data")
      #expect(finding.verdict == .warning)
      #expect(finding.found.contains(name))
    }
  }

  @Test("has room for a log and a fold")
  func room() {
    let checks = DiskChecks()
    #expect(checks.room(probe(), "/data").verdict == .ok)
    #expect(checks.room(probe(free: 1 << 30), "/data").verdict == .warning)
    #expect(checks.room(probe(free: 100 << 20), "/data").verdict == .wrong)
    var few = probe()
    few.freeFiles = 12
    #expect(checks.room(few, "/data").found.contains("12 more files"))
  }

  @Test("commits soon, and says what it is that keeps it from that")
  func speed() {
    let checks = DiskChecks()
    var probe = probe()
    (probe.medianSeconds, probe.slowestSeconds) = (0.000_2, 0.004)
    #expect(checks.speed(probe, "/data").verdict == .ok)
    probe.medianSeconds = 0.02
    #expect(checks.speed(probe, "/data").verdict == .warning)
    probe.failure = "No space left on device"
    #expect(checks.speed(probe, "/data").found.contains("No space left"))
    probe.isReadOnly = true
    #expect(checks.speed(probe, "/data").verdict == .wrong)
  }

  @Test("is measured by a file that does not stay")
  func measured() throws {
    let folder = try TemporaryFolder()
    let probe = try #require(DiskProbe(of: folder.path))
    #expect(probe.failure == nil && probe.kind != 0 && probe.freeBytes > 0)
    #expect(probe.medianSeconds != nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    #expect(DiskProbe(of: folder.file("none")) == nil)
  }
}
