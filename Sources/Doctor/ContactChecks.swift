import Messaging
import Settings

/// Whether the coordinators are where this machine looks for them.
struct ContactChecks {
  /// How long is waited for somebody to listen.
  private static let patienceMilliseconds: Int32 = 2_000

  /// A line of `coordinator.endpoint`: where a coordinator listens, and the key that proves it.
  struct Address: Equatable {
    var endpoint: String
    var key: PublicKey
  }

  var folder: ClusterFolder
  /// Whether a coordinator is this machine's own, and may not run just now.
  var isOwn: Bool

  /// Those of the file; nothing where it is not there or makes no sense.
  var addresses: [Address]? {
    guard let bytes = SystemFiles.bytes(folder.coordinatorEndpoint, limit: 16_384) else {
      return nil
    }
    var found: [Address] = []
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      guard words.count == 2, let key = try? PublicKey(String(words[1])) else { return nil }
      found.append(Address(endpoint: String(words[0]), key: key))
    }
    return found.isEmpty ? nil : found
  }

  /// The public keys of this machine's own coordinators.
  private var ownKeys: [PublicKey] {
    KeyChecks.names(of: .coordinator, in: folder).compactMap { name in
      try? KeyFile.readPublic(folder.publicKey(of: name))
    }
  }

  var findings: [Finding] {
    let path = folder.coordinatorEndpoint
    guard let addresses else {
      let isThere = SystemFiles.bytes(path, limit: 1) != nil
      if isOwn, !isThere { return [Finding("coordinator", ok: "not started yet")] }
      return [
        Finding(
          "coordinator", .wrong,
          isThere ? "\(path) is not `ENDPOINT KEY` in each line" : "\(path) is not there",
          do: "copy the file of that name from a coordinator's machine")
      ]
    }
    let own = ownKeys
    var findings = addresses.map { address in
      reach(address, isOwn: own.contains(address.key), path)
    }
    // With one that answers the others are found again when they are back.
    if findings.contains(where: { $0.verdict == .ok }) {
      findings = findings.map { finding in
        finding.verdict == .wrong
          ? Finding(finding.check, .warning, finding.found, do: finding.wayOut) : finding
      }
    }
    if isOwn, !own.isEmpty, !addresses.contains(where: { own.contains($0.key) }) {
      findings.append(
        Finding(
          "coordinator key", .wrong, "\(path) has none of the coordinator keys that are here",
          do: "start the coordinator again, which writes it, or revoke the keys that are not used"))
    }
    return findings
  }

  private func reach(_ address: Address, isOwn: Bool, _ path: String) -> Finding {
    let name = "coordinator"
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
