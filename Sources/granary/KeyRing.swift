import Coordination
import Glibc
import Messaging
import NodeSupport
import Settings

/// The keys of a cluster's folder: pairs in files, and the list of those that are let in.
struct KeyRing {
  /// What a key of the list is to the node that it names.
  enum State: String {
    /// The one that it has; the next one, or the one before, while it is changed.
    case current, next, old
    /// Its secret is in no file of this folder.
    case elsewhere
  }

  /// A line of the allow-list.
  struct Entry: Equatable {
    let identity: Identity
    let key: PublicKey
    let state: State
    /// When the pair was made, of one that is here: seconds since 1970.
    let madeAt: Int64?

    /// Whether the secret half is in this folder.
    var isHere: Bool { state != .elsewhere }
    /// Whether it is that of a node, which has a list.
    var isOfNode: Bool { identity.role == .worker || identity.role == .coordinator }
  }

  let folder: ClusterFolder

  /// The keys that are let in, by name and key; none where there is no list yet.
  func entries() throws(MessagingError) -> [Entry] {
    guard Self.exists(folder.allowList) else { return [] }
    let identities = try AllowList(contentsOf: folder.allowList).identities
    return identities.map { key, identity in
      let found = files(of: identity.node).first { self.key(in: $0.path, of: $0) == key }
      return Entry(
        identity: identity, key: key, state: found?.state ?? .elsewhere,
        madeAt: found.flatMap { KeyFile.madeAt($0.path) })
    }
    .sorted { ($0.identity.node, $0.key.text) < ($1.identity.node, $1.key.text) }
  }

  /// The files that a node's secrets may be in.
  private func files(of node: String) -> [(path: String, state: State, open: String?)] {
    [
      (folder.secretKey(of: node), .current, folder.publicKey(of: node)),
      (folder.nextSecretKey(of: node), .next, nil), (folder.oldSecretKey(of: node), .old, nil),
    ].filter { Self.exists($0.0) }
  }

  /// The public key of a secret's file, where it is another user's as the file beside it says.
  private func key(
    in path: String, of file: (path: String, state: State, open: String?)
  ) -> PublicKey? {
    if let pair = try? KeyFile.readSecret(path) { return pair.publicKey }
    return file.open.flatMap { try? KeyFile.readPublic($0) }
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
      unsafe unlink(folder.nextSecretKey(of: node))
      unsafe unlink(folder.oldSecretKey(of: node))
      return gone
    }
  }

  /// Lets in a key that was made on another machine.
  func admit(_ key: PublicKey, _ identity: Identity) throws {
    try prepareFolder()
    let lock = try lock()
    defer { Self.unlock(lock) }
    if let known = try entries().first(where: { $0.key == key }) {
      guard known.identity == identity else {
        throw GranaryError.keyTaken(key.beginning, by: known.identity, list: folder.allowList)
      }
      return
    }
    try change("key added: \(identity.role) \(identity.node)", key) { try append(key, identity) }
  }

  /// Takes one of a node's keys off the list, and leaves its others and all files as they are.
  func revoke(_ key: PublicKey, of node: String, force: Bool) throws -> [Entry] {
    let lock = try lock()
    defer { Self.unlock(lock) }
    let entries = try entries()
    guard let gone = entries.first(where: { $0.key == key && $0.identity.node == node }) else {
      throw GranaryError.noSuchKey(
        "\(node) that begins with \(key.beginning)", list: folder.allowList,
        known: entries.map { "\($0.identity.node) (\($0.key.beginning))" })
    }
    guard force || gone.state != .current else {
      throw GranaryError.keyInUse(node: node, key: key.beginning)
    }
    if !force, !entries.contains(where: { $0.identity.node == node && $0.key != key }) {
      try Self.checkIsSpared(node, [gone], entries)
    }
    return try change("key revoked: \(gone.identity.role) \(node)", key) {
      let text = try TextFile.read(folder.allowList)
      try AllowList.write(AllowList.text(text, withoutKeys: [key]), to: folder.allowList)
      return [gone]
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
  func change<Result>(
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

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Those that change the list wait for each other.
  func lock() throws(GranaryError) -> Int32 {
    let lock = unsafe open(folder.keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
      throw GranaryError.file(path: folder.keys, reason: Folder.reason(errno))
    }
    return lock
  }

  static func unlock(_ lock: Int32) { close(lock) }

  /// Puts a line at the end of the allow-list.
  private func allow(_ key: PublicKey, _ identity: Identity) throws {
    let lock = try lock()
    defer { close(lock) }
    try append(key, identity)
  }

  /// The same, for who has the lock.
  func append(_ key: PublicKey, _ identity: Identity) throws {
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
