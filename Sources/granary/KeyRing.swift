import FoundationEssentials
import Glibc
import Messaging
import Settings

/// The keys of a cluster's folder: pairs in files, and the list of those that are let in.
struct KeyRing {
  /// A line of the allow-list.
  struct Entry: Equatable {
    let identity: Identity
    let key: PublicKey
    /// Whether the secret half is in this folder.
    let isHere: Bool
  }

  let folder: ClusterFolder

  /// The keys that are let in, by name and key; none where there is no list yet.
  func entries() throws(MessagingError) -> [Entry] {
    guard Self.exists(folder.allowList) else { return [] }
    let identities = try AllowList(contentsOf: folder.allowList).identities
    return identities.map { key, identity in
      let own = try? KeyFile.readPublic(folder.publicKey(of: identity.node))
      let isHere = own == key && Self.exists(folder.secretKey(of: identity.node))
      return Entry(identity: identity, key: key, isHere: isHere)
    }
    .sorted { ($0.identity.node, $0.key.text) < ($1.identity.node, $1.key.text) }
  }

  /// Makes a key pair for a node that has none, and lets it in. Where that fails nothing is left.
  func add(_ identity: Identity) throws -> PublicKey {
    try prepareFolder()
    let secret = folder.secretKey(of: identity.node)
    let open = folder.publicKey(of: identity.node)
    let pair = try CurveKeyPair.generate()
    try KeyFile.writeSecret(pair, to: secret)
    do {
      try KeyFile.writePublic(pair.publicKey, to: open)
    } catch {
      unsafe unlink(secret)
      throw error
    }
    do {
      try allow(pair.publicKey, identity)
    } catch {
      unsafe unlink(secret)
      unsafe unlink(open)
      throw error
    }
    return pair.publicKey
  }

  /// Adds the nodes that have no key yet, and says which.
  func addMissing(_ identities: [Identity]) throws -> [Identity] {
    try prepareFolder()
    let missing = identities.filter { !Self.exists(folder.secretKey(of: $0.node)) }
    for identity in missing { _ = try add(identity) }
    return missing
  }

  /// Secrets are in folders that nobody else may enter; the list is there before anybody asks.
  private func prepareFolder() throws(GranaryError) {
    try Folder.make(folder.path, mode: 0o700)
    try Folder.make(folder.keys, mode: 0o700)
  }

  private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Puts a line at the end of the allow-list. Nodes that read it meanwhile see the list before or
  /// the list after; two that add at once wait for each other.
  private func allow(_ key: PublicKey, _ identity: Identity) throws {
    let lock = unsafe open(folder.keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
      throw GranaryError.file(path: folder.keys, reason: Folder.reason(errno))
    }
    defer { close(lock) }
    var text = ""
    if Self.exists(folder.allowList) {
      // A list with a fault would be refused by every node: it is not made longer.
      _ = try AllowList(contentsOf: folder.allowList)
      text = try String(contentsOf: URL(filePath: folder.allowList), encoding: .utf8)
      if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
    } else {
      text = "# public key, role, node\n"
    }
    text += AllowList.line(key, identity)
    do {
      try Data(text.utf8).write(to: URL(filePath: folder.allowList), options: .atomic)
    } catch {
      throw GranaryError.file(path: folder.allowList, reason: "\(error)")
    }
  }
}
