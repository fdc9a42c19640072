import Coordination
import Glibc
import Messaging
import NodeSupport
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
    let pair = try CurveKeyPair.generate()
    return try change("key added: \(identity.role) \(identity.node)", pair.publicKey) {
      let secret = folder.secretKey(of: identity.node)
      let open = folder.publicKey(of: identity.node)
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
  }

  /// Takes a node's keys off the list and removes what of them is in this folder, so that nobody
  /// uses it by mistake. Gives what was on the list.
  func revoke(_ node: String, force: Bool) throws -> [Entry] {
    guard Identity(role: .client, node: node) != nil else { throw GranaryError.badNodeName(node) }
    let lock = try lock()
    defer { close(lock) }
    let entries = try entries()
    let gone = entries.filter { $0.identity.node == node }
    let secret = folder.secretKey(of: node)
    guard !gone.isEmpty || Self.exists(secret) else {
      throw GranaryError.noSuchKey(
        node, list: folder.allowList, known: Set(entries.map(\.identity.node)).sorted())
    }
    if !force { try Self.checkIsSpared(node, gone, entries) }
    let roles = Set(gone.map(\.identity.role.rawValue)).sorted().joined(separator: ", ")
    let what = "key revoked: \(roles.isEmpty ? "" : "\(roles) ")\(node)"
    return try change(what, gone.first?.key) {
      if !gone.isEmpty {
        let text = try TextFile.read(folder.allowList)
        try AllowList.write(AllowList.text(text, without: node), to: folder.allowList)
      }
      // After the list: a key that is let in and whose secret is gone could not be revoked again.
      unsafe unlink(secret)
      unsafe unlink(folder.publicKey(of: node))
      return gone
    }
  }

  /// Without these keys nobody could mend what was done.
  private static func checkIsSpared(
    _ node: String, _ gone: [Entry], _ entries: [Entry]
  ) throws(GranaryError) {
    let role = gone.first { entry in
      entry.identity.role == .coordinator
        || entry.identity.role == .operator
          && entries.allSatisfy { $0.identity.role != .operator || $0.identity.node == node }
    }?.identity.role
    if let role { throw .spared(node: node, isCoordinator: role == .coordinator) }
  }

  /// Has a change's line in the audit before it is made, and another when it is.
  private func change<Result>(
    _ what: String, _ key: PublicKey?, _ body: () throws -> Result
  ) throws -> Result {
    let log = AuditLog(folder: folder.path)
    func line(_ result: AuditEntry.Result, _ reason: String = "") throws(AuditError) {
      let subject = key.map { " (\($0.beginning))" } ?? ""
      try log.append([
        AuditEntry(
          role: "file", node: Self.user, key: "", what: what + subject, result: result,
          reason: reason)
      ])
    }
    try line(.begun)
    do {
      let result = try body()
      try line(.accepted)
      return result
    } catch let error as AuditError {
      throw error
    } catch {
      try line(.refused, "\(error)")
      throw error
    }
  }

  /// Who runs this program: files are changed by users of the machine, not by keys.
  private static var user: String {
    let number = geteuid()
    guard let entry = unsafe getpwuid(number) else { return "user \(number)" }
    return unsafe String(cString: entry.pointee.pw_name)
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

  /// Those that change the list wait for each other.
  private func lock() throws(GranaryError) -> Int32 {
    let lock = unsafe open(folder.keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
      throw GranaryError.file(path: folder.keys, reason: Folder.reason(errno))
    }
    return lock
  }

  /// Puts a line at the end of the allow-list.
  private func allow(_ key: PublicKey, _ identity: Identity) throws {
    let lock = try lock()
    defer { close(lock) }
    var text = ""
    if Self.exists(folder.allowList) {
      // A list with a fault would be refused by every node: it is not made longer.
      _ = try AllowList(contentsOf: folder.allowList)
      text = try TextFile.read(folder.allowList)
      if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
    } else {
      text = "# public key, role, node\n"
    }
    text += AllowList.line(key, identity)
    try AllowList.write(text, to: folder.allowList)
  }
}
