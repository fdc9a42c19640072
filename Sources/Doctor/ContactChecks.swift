import Messaging
import Settings

/// Whether the coordinator is where this machine looks for it.
struct ContactChecks {
  /// How long is waited for somebody to listen.
  private static let patienceMilliseconds: Int32 = 2_000

  /// What `coordinator.endpoint` says.
  struct Address: Equatable {
    var endpoint: String
    var key: PublicKey
  }

  var folder: ClusterFolder
  /// Whether the coordinator is this machine's own, and may not run just now.
  var isOwn: Bool

  /// Where the coordinator listens; nothing where the file is not there or makes no sense.
  var address: Address? {
    guard let bytes = SystemFiles.bytes(folder.coordinatorEndpoint, limit: 4_096) else {
      return nil
    }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let key = try? PublicKey(String(words[1])) else { return nil }
    return Address(endpoint: String(words[0]), key: key)
  }

  var findings: [Finding] {
    let name = "coordinator"
    let path = folder.coordinatorEndpoint
    guard let address else {
      if isOwn, SystemFiles.bytes(path, limit: 1) == nil {
        return [Finding(name, ok: "not started yet")]
      }
      return [
        Finding(
          name, .wrong,
          SystemFiles.bytes(path, limit: 1) == nil
            ? "\(path) is not there" : "\(path) is not `ENDPOINT KEY`",
          do: "copy the file of that name from the coordinator's machine")
      ]
    }
    var findings = [reach(address, name, path)]
    if let known = try? KeyFile.readPublic(folder.publicKey(of: "coordinator")),
      known != address.key
    {
      findings.append(
        Finding(
          "coordinator key", .wrong,
          "\(path) has the key \(address.key.beginning)..., "
            + "\(folder.publicKey(of: "coordinator")) has \(known.beginning)...",
          do: isOwn
            ? "start the coordinator again, which writes the first"
            : "copy both from the coordinator's machine"))
    }
    return findings
  }

  private func reach(_ address: Address, _ name: String, _ path: String) -> Finding {
    guard let place = TCPEndpoint(address.endpoint) else {
      return Finding(name, ok: "\(address.endpoint), on this machine")
    }
    if !isOwn, LocalAddresses.isWildcard(place.host) {
      return Finding(
        name, .wrong, "\(path) names \(address.endpoint), which is this machine",
        do: "let coordinator.listen name the coordinator's address, and copy the file again")
    }
    guard let code = place.obstacleToReaching(withinMilliseconds: Self.patienceMilliseconds) else {
      return Finding(name, ok: "somebody listens at \(address.endpoint)")
    }
    let found = "nobody is reached at \(address.endpoint): \(SystemFiles.reason(code))"
    if isOwn { return Finding(name, ok: "not running (\(found))") }
    return Finding(
      name, .wrong, found,
      do: "see that it runs there and that the firewall lets port \(place.port) through; "
        + "where it moved, copy its coordinator.endpoint here")
  }
}
