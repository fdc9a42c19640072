import ClusterStore
import EtcdStore
import FoundationEssentials
import Storage
import TestSupport
import Testing
import Threading

/// An authority and what it signed, made for one test.
private struct Authority {
  private static let program = "/usr/bin/openssl"
  static let canSign = FileManager.default.isExecutableFile(atPath: program)

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try sign("authority", [])
  }

  func certificate(_ name: String) -> String { folder.file("\(name).pem") }
  func key(_ name: String) -> String { folder.file("\(name).key") }

  /// Makes a key and a certificate.
  func sign(_ name: String, _ words: [String]) throws {
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    var command = ChildProcess.Command(
      executable: Self.program,
      arguments: ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)"] + curve
        + ["-keyout", key(name), "-out", certificate(name)] + words)
    command.standardError = .null
    try #require(try ChildProcess(command).wait() == .code(0))
  }

  /// Makes a key and a certificate that this authority signs.
  func member(_ name: String) throws {
    try sign(
      name,
      ["-CA", certificate("authority"), "-CAkey", key("authority")]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"]
        + ["-addext", "extendedKeyUsage=serverAuth,clientAuth"])
  }
}

@Suite(
  "etcd over TLS",
  .enabled(
    if: EtcdServer.isInstalled && Authority.canSign,
    "Debian's etcd-server or openssl is not installed"))
struct EtcdEncryptionTests {
  @Test("is reached with a certificate of its authority, and not without or with another's")
  func certificates() async throws {
    let (own, foreign) = (try Authority(), try Authority())
    try own.member("etcd")
    try own.member("coordinator")
    try foreign.member("coordinator")
    let server = try await EtcdServer.start(extra: [
      "--cert-file", own.certificate("etcd"), "--key-file", own.key("etcd"),
      "--trusted-ca-file", own.certificate("authority"), "--client-cert-auth",
    ])
    var access = server.patientAccess
    access.authorityPath = own.certificate("authority")
    access.certificatePath = own.certificate("coordinator")
    access.keyPath = own.key("coordinator")
    #expect(await eventually { try Holder(access).seat.resign() == () })
    let holder = try Holder(access)
    #expect(try holder.store().make(Change("a", to: [1], expected: 0)).version != nil)

    var nameless = access
    nameless.certificatePath = ""
    nameless.keyPath = ""
    #expect(throws: StorageError.self) { try EtcdSeat(nameless).standbys() }
    var stranger = access
    stranger.certificatePath = foreign.certificate("coordinator")
    stranger.keyPath = foreign.key("coordinator")
    #expect(throws: StorageError.self) { try EtcdSeat(stranger).standbys() }
    // And the other way round: who is not etcd is told nothing.
    var deceived = access
    deceived.authorityPath = foreign.certificate("authority")
    let error = #expect(throws: StorageError.self) { try EtcdSeat(deceived).standbys() }
    #expect(error?.message.contains("certificate") == true, "\(String(describing: error))")
    #expect(try EtcdSeat(access).standbys().isEmpty)
  }
}
