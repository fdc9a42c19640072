import Messaging
import NodeSupport
import Settings

/// The change of a node's key in this folder, in steps of which each is whole or not there:
/// wherever it was left, it is found again and goes on.
///
/// | files                       | list       | state    |
/// |-----------------------------|------------|----------|
/// | secret                      | its key    | settled  |
/// | secret, next                | its key    | prepared |
/// | secret, next                | both keys  | prepared |
/// | secret, next, old as secret | both keys  | prepared |
/// | secret as next was, old     | both keys  | changed  |
/// | the same, and public        | both keys  | changed  |
/// | the same                    | the new    | changed  |
/// | secret                      | the new    | settled  |
///
/// The secret before is kept until nobody lets it in any more: only who has it can find that out.
struct KeyRotation {
  /// How far it is.
  enum State: Equatable {
    case settled
    case prepared(next: PublicKey)
    case changed(old: PublicKey)
  }

  /// What was done last; the program may end behind each.
  enum Step: CaseIterable {
    case madeNext, allowedNext, keptOld, tookOver, published, revokedOld, forgotOld
  }

  let ring: KeyRing
  let node: String
  /// Is told of each step.
  var note: (Step) throws -> Void = { _ in }

  private var secret: String { ring.folder.secretKey(of: node) }
  private var next: String { ring.folder.nextSecretKey(of: node) }
  private var old: String { ring.folder.oldSecretKey(of: node) }

  /// The pair that the node has.
  func current() throws(MessagingError) -> CurveKeyPair { try KeyFile.readSecret(secret) }
  /// The pair that it will have, and the one that it had.
  func nextPair() throws(MessagingError) -> CurveKeyPair { try KeyFile.readSecret(next) }
  func oldPair() throws(MessagingError) -> CurveKeyPair { try KeyFile.readSecret(old) }

  /// How far the change is, by the files.
  func state() throws(MessagingError) -> State {
    let key = try current().publicKey
    // A change that was made is ended before another one begins.
    if KeyRing.exists(old) {
      let before = try oldPair().publicKey
      if before != key { return .changed(old: before) }
    }
    return KeyRing.exists(next) ? .prepared(next: try nextPair().publicKey) : .settled
  }

  /// Makes the next pair beside the one that is used, and lets it in; or only the latter.
  func prepare(_ identity: Identity) throws {
    let lock = try ring.lock()
    defer { KeyRing.unlock(lock) }
    if case .settled = try state() {
      // What a change before left behind last.
      try KeyFile.remove(old)
      let pair = try CurveKeyPair.generate()
      try ring.change("next key made: \(identity.role) \(node)", pair.publicKey) {
        try KeyFile.writeSecret(pair, to: next)
      }
      try note(.madeNext)
    }
    guard case .prepared(let key) = try state(), KeyRing.exists(ring.folder.allowList) else {
      return
    }
    if try AllowList(contentsOf: ring.folder.allowList).identities[key] != nil { return }
    try ring.change("key added: \(identity.role) \(node)", key) {
      try ring.append(key, identity)
    }
    try note(.allowedNext)
  }

  /// Puts the next pair in the place of the one that is used; the node takes it over by itself.
  func takeOver(_ identity: Identity) throws {
    let lock = try ring.lock()
    defer { KeyRing.unlock(lock) }
    guard case .prepared(let key) = try state() else { return }
    try ring.change("key taken over: \(identity.role) \(node)", key) {
      if !KeyRing.exists(old) { try KeyFile.writeSecret(try current(), to: old) }
      try note(.keptOld)
      try KeyFile.move(next, to: secret)
      try note(.tookOver)
      try KeyFile.replacePublic(key, at: ring.folder.publicKey(of: node))
    }
    try note(.published)
  }

  /// Takes the key before off the list, if there is one here.
  func revokeOld(_ identity: Identity) throws {
    let lock = try ring.lock()
    defer { KeyRing.unlock(lock) }
    guard case .changed(let key) = try state() else { return }
    // Where it was left between the secret and this.
    let (open, now) = (ring.folder.publicKey(of: node), try current().publicKey)
    let stored = try? KeyFile.readPublic(open)
    if stored != now { try KeyFile.replacePublic(now, at: open) }
    let list = ring.folder.allowList
    guard KeyRing.exists(list), try AllowList(contentsOf: list).identities[key] != nil else {
      return
    }
    try ring.change("key revoked: \(identity.role) \(node)", key) {
      let text = try TextFile.read(list)
      try AllowList.write(AllowList.text(text, withoutKeys: [key]), to: list)
    }
    try note(.revokedOld)
  }

  /// Forgets the pair before.
  func forgetOld() throws {
    let lock = try ring.lock()
    defer { KeyRing.unlock(lock) }
    guard case .changed = try state() else { return }
    try KeyFile.remove(old)
    try note(.forgotOld)
  }
}
