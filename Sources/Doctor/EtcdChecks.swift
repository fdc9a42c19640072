import CommandLineArguments
import Glibc
import Settings

/// Whether the etcd that coordinators share is there, and its files are what they should be.
struct EtcdChecks {
  /// How long is waited for a member to take a connection.
  private static let patienceMilliseconds: Int32 = 2_000
  /// A certificate that ends sooner is told of.
  private static let soonDays = 30

  var settings: EtcdSettings

  func findings(at now: Int) -> [Finding] {
    members(settings.endpoints.map { ($0, obstacle(to: $0)) })
      + certificate(settings.ca, "etcd authority", at: now)
      + certificate(settings.certificate, "etcd certificate", at: now) + key()
  }

  /// Why nobody is reached at an address; nothing where somebody is.
  private func obstacle(to address: String) -> String? {
    guard let scheme = address.firstRange(of: "://"),
      let place = TCPEndpoint("tcp://\(address[scheme.upperBound...])")
    else { return "no address" }
    return place.obstacleToReaching(withinMilliseconds: Self.patienceMilliseconds)
      .map(SystemFiles.reason)
  }

  /// A majority must be there, or nothing can be changed.
  func members(_ members: [(address: String, obstacle: String?)]) -> [Finding] {
    let gone = members.filter { $0.obstacle != nil }
    let names = gone.map { "\($0.address) (\($0.obstacle ?? ""))" }.joined(separator: ", ")
    var findings: [Finding] = []
    if gone.isEmpty {
      findings.append(
        Finding("etcd", ok: Readable.grouped(members.count, "member is", "members are") + " there"))
    } else {
      findings.append(
        Finding(
          "etcd", 2 * gone.count >= members.count ? .wrong : .warning,
          "\(gone.count) of \(members.count) members are not reached: \(names)",
          do: "see `systemctl status etcd` there, and that the firewall lets port 2379 through"))
    }
    let open = members.map(\.address).filter { address in
      guard address.hasPrefix("http://"), let place = TCPEndpoint("tcp://\(address.dropFirst(7))")
      else { return false }
      return !LocalAddresses.isLoopback(place.host)
    }
    if !open.isEmpty {
      findings.append(
        Finding(
          "etcd", .wrong,
          "\(open.joined(separator: ", ")): without encryption, whoever is on the "
            + "network can take the cluster",
          do: "https:// with a CA of its own; cluster/three-hosts/certificates makes one"))
    }
    return findings
  }

  func certificate(_ path: String, _ name: String, at now: Int) -> [Finding] {
    guard !path.isEmpty else { return [] }
    let wayOut = "cluster/three-hosts/certificates makes them; its README says how they are renewed"
    guard let bytes = SystemFiles.bytes(path, limit: 1 << 20) else {
      return [
        Finding(name, .wrong, "\(path): \(SystemFiles.reason(errno))", do: "see `ls -l \(path)`")
      ]
    }
    guard let end = CertificateEnd(pem: String(decoding: bytes, as: UTF8.self)) else {
      return [Finding(name, .wrong, "\(path) has no certificate", do: wayOut)]
    }
    let days = (end.seconds - now) / 86_400
    if end.seconds <= now {
      return [Finding(name, .wrong, "\(path) ended \(-days) days ago", do: wayOut)]
    }
    if days < Self.soonDays {
      return [
        Finding(
          name, .warning, "\(path) ends in \(Readable.grouped(days, "day", "days"))", do: wayOut)
      ]
    }
    return [Finding(name, ok: "\(path), for \(Readable.grouped(days)) more days")]
  }

  private func key() -> [Finding] {
    guard !settings.key.isEmpty else { return [] }
    let (name, path) = ("etcd key", settings.key)
    guard let status = FolderChecks.status(path), unsafe access(path, R_OK) == 0 else {
      return [
        Finding(
          name, .wrong, "\(path): \(SystemFiles.reason(errno))",
          do: "`chown \(FolderChecks.name(geteuid())) \(path)`")
      ]
    }
    guard status.st_mode & 0o077 == 0 else {
      return [
        Finding(
          name, .wrong,
          "\(path) has mode \(FolderChecks.mode(status)): others can be a coordinator "
            + "to etcd", do: "`chmod 600 \(path)`")
      ]
    }
    return [Finding(name, ok: path)]
  }
}
