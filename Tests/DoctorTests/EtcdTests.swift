import FoundationEssentials
import Settings
import TestSupport
import Testing

@testable import Doctor

@Suite("The etcd that coordinators share")
struct EtcdCheckTests {
  /// A certificate of `openssl req -x509 -newkey ec -days 730`, which ends on 2028-11-19.
  private static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBejCCAR+gAwIBAgIUNAb9qljDGwcbcIhdXou/j0KtWZwwCgYIKoZIzj0EAwIw
    EjEQMA4GA1UEAwwHR3JhbmFyeTAeFw0yNjExMjAyMzI1MjJaFw0yODExMTkyMzI1
    MjJaMBIxEDAOBgNVBAMMB0dyYW5hcnkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
    AARq0qcOaM8acDou1L9JHbpt49xrD+W8CQuouOh5Ykh2D3QsQTMO5jM3Zfdjowsb
    zvSmrk6D+PsP/qoxtlF9y4zVo1MwUTAdBgNVHQ4EFgQULtlqIYuzDY4d2n9a4wue
    PkxoGjMwHwYDVR0jBBgwFoAULtlqIYuzDY4d2n9a4wuePkxoGjMwDwYDVR0TAQH/
    BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA4F6bQ7K2yBBA1P3gZeN1H5U/2xHN
    kKtNXsTzlBfQIgsCIQDz1y4qrRDLgsbCKfhft7Ml4VmkYJXR5Q0SB5YKBTgykw==
    -----END CERTIFICATE-----
    """
  private static let end = 1_858_289_122

  private let checks = EtcdChecks(settings: ResolvedSettings().coordinator.etcd)

  @Test("is well when all of its members are reached, and wrong without a majority")
  func members() throws {
    func verdicts(_ obstacles: String?...) -> [Finding.Verdict] {
      checks.members(
        obstacles.enumerated().map { (address: "https://10.0.0.\($0):2379", obstacle: $1) }
      ).map(\.verdict)
    }
    #expect(verdicts(nil, nil, nil) == [.ok])
    #expect(verdicts(nil, "refused", nil) == [.warning])
    #expect(verdicts("refused", nil, "refused") == [.wrong])
    let open = checks.members([("http://10.0.0.1:2379", nil), ("http://127.0.0.1:2379", nil)])
    #expect(open.map(\.verdict) == [.ok, .wrong])
    #expect(open[1].found.hasPrefix("http://10.0.0.1:2379:"))
  }

  @Test("is reached, or what the network said is told")
  func reached() throws {
    let listener = try Listener()
    var settings = ResolvedSettings().coordinator.etcd
    settings.endpoints = ["http://127.0.0.1:\(listener.port)"]
    #expect(EtcdChecks(settings: settings).findings(at: 0).map(\.verdict) == [.ok])
    settings.endpoints = ["http://127.0.0.1:1"]
    let finding = try #require(EtcdChecks(settings: settings).findings(at: 0).first)
    #expect(finding.verdict == .wrong && finding.found.contains("Connection refused"))
  }

  @Test("is shown a certificate that does not end soon")
  func certificate() throws {
    #expect(CertificateEnd(pem: Self.certificate)?.seconds == Self.end)
    let folder = try TemporaryFolder()
    let path = folder.file("client.pem")
    try write("Some words before\n\(Self.certificate)\n", path)
    func verdict(daysBefore days: Int) -> Finding.Verdict? {
      checks.certificate(path, "etcd certificate", at: Self.end - days * 86_400 - 1).first?.verdict
    }
    #expect(verdict(daysBefore: 100) == .ok)
    #expect(verdict(daysBefore: 29) == .warning)
    #expect(verdict(daysBefore: -1) == .wrong)
    #expect(checks.certificate("", "none", at: 0).isEmpty)
    #expect(checks.certificate(folder.file("no.pem"), "none", at: 0).first?.verdict == .wrong)
  }

  @Test("is not shown what is no certificate", arguments: [0, 40, 200, 400])
  func torn(bytes: Int) throws {
    #expect(CertificateEnd(pem: String(Self.certificate.prefix(bytes))) == nil)
    let lines = Self.certificate.split(separator: "\n")
    let short = [lines[0], lines[1].prefix(bytes / 8), lines[lines.count - 1]]
    #expect(CertificateEnd(pem: short.joined(separator: "\n")) == nil)
  }

  @Test("has a key that only the coordinator's user reads")
  func key() throws {
    let folder = try TemporaryFolder()
    var settings = ResolvedSettings().coordinator.etcd
    settings.key = folder.file("client.key")
    settings.endpoints = ["http://127.0.0.1:1"]
    func verdict() -> Finding.Verdict? {
      EtcdChecks(settings: settings).findings(at: 0).first { $0.check == "etcd key" }?.verdict
    }
    #expect(verdict() == .wrong)
    try write("key", settings.key)
    try setMode(0o640, settings.key)
    #expect(verdict() == .wrong)
    try setMode(0o600, settings.key)
    #expect(verdict() == .ok)
  }
}
