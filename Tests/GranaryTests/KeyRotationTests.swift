import FoundationEssentials
import Messaging
import Settings
import TestSupport
import Testing

@testable import granary

/// What ends a change in the middle, as a power cut would.
private struct Cut: Error {}

@Suite("The change of a key in its folder")
struct KeyRotationTests {
  private struct Found: Equatable {
    var secret: String, open: String, list: [String]
    var next: Bool, old: Bool
  }

  private let folder: TemporaryFolder
  private let ring: KeyRing
  private let identity: Messaging.Identity

  init() throws {
    folder = try TemporaryFolder()
    ring = KeyRing(folder: ClusterFolder(path: folder.path))
    identity = try #require(Identity(role: .worker, node: "w"))
    _ = try ring.add(identity)
    _ = try ring.add(try #require(Identity(role: .operator, node: "ada")))
  }

  private func file(_ name: String) -> String { folder.file("keys/\(name)") }

  private func isThere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: file(name))
  }

  private func listed(_ node: String = "w") throws -> Set<String> {
    Set(try ring.entries().filter { $0.identity.node == node }.map(\.key.text))
  }

  /// All steps, as the command goes through them, from wherever the change is.
  private func goOn(_ rotation: KeyRotation) throws {
    if try rotation.state() == .settled { try rotation.prepare(identity) }
    if case .prepared = try rotation.state() {
      try rotation.prepare(identity)
      try rotation.takeOver(identity)
    }
    try rotation.revokeOld(identity)
    try rotation.forgetOld()
  }

  @Test("goes through its states: both keys are let in until the one before is taken away")
  func states() throws {
    let rotation = KeyRotation(ring: ring, node: "w")
    let before = try rotation.current().publicKey
    #expect(try rotation.state() == .settled)
    try rotation.prepare(identity)
    let next = try rotation.nextPair().publicKey
    #expect(try rotation.state() == .prepared(next: next))
    #expect(try listed() == [before.text, next.text])
    #expect(try rotation.current().publicKey == before)
    #expect(try mode(file("w.secret.next")) == "600")
    let states = try ring.entries().filter { $0.identity.node == "w" }.map { ($0.key, $0.state) }
    #expect(states.first { $0.0 == before }?.1 == .current)
    #expect(states.first { $0.0 == next }?.1 == .next)

    try rotation.takeOver(identity)
    #expect(try rotation.state() == .changed(old: before))
    #expect(try rotation.current().publicKey == next)
    #expect(try KeyFile.readPublic(file("w.public")) == next)
    #expect(try listed() == [before.text, next.text])
    for name in ["w.secret", "w.secret.old"] { #expect(try mode(file(name)) == "600") }
    #expect(try ring.entries().first { $0.key == before }?.state == .old)

    try rotation.revokeOld(identity)
    #expect(try listed() == [next.text])
    #expect(isThere("w.secret.old"), "kept until nobody lets it in")
    try rotation.forgetOld()
    #expect(try rotation.state() == .settled)
    #expect(!isThere("w.secret.old") && !isThere("w.secret.next"))
    #expect(try listed("ada").count == 1, "others are as they were")
  }

  @Test("ends the same wherever it was cut", arguments: KeyRotation.Step.allCases)
  func cut(after last: KeyRotation.Step) throws {
    var rotation = KeyRotation(ring: ring, node: "w")
    let before = try rotation.current().publicKey
    rotation.note = { if $0 == last { throw Cut() } }
    #expect(throws: Cut.self) { try goOn(rotation) }
    // Whoever starts a node or a command now finds a pair that is let in.
    let now = try rotation.current().publicKey
    #expect(try listed().contains(now.text))

    rotation.note = { _ in }
    try goOn(rotation)
    let after = try rotation.current().publicKey
    let isDone = last == .forgotOld
    #expect(after != before && (now == before || now == after || isDone))
    #expect(try rotation.state() == .settled)
    #expect(try KeyFile.readPublic(file("w.public")) == after)
    #expect(try listed() == [after.text])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("keys")).sorted()
    #expect(names == ["ada.public", "ada.secret", "allowed", "w.public", "w.secret"])
  }

  @Test("leaves its lines in the audit, each before and after")
  func audit() throws {
    try goOn(KeyRotation(ring: ring, node: "w"))
    let lines = try text(folder.file("audit.log")).split(separator: "\n")
    for what in ["next key made: worker w", "key added: worker w", "key taken over: worker w"] {
      #expect(lines.count { $0.contains(what) && $0.contains("\"accepted\"") } >= 1, "\(what)")
    }
    #expect(lines.count { $0.contains("key revoked: worker w") } == 2)
  }

  @Test("needs no list where there is none, as on the machine of a client")
  func withoutList() throws {
    try FileManager.default.removeItem(atPath: file("allowed"))
    let rotation = KeyRotation(ring: ring, node: "w")
    let before = try rotation.current().publicKey
    try goOn(rotation)
    #expect(try rotation.current().publicKey != before)
    #expect(!isThere("allowed"))
  }

  @Test("takes nothing over that cannot be used, and says what it is")
  func damaged() throws {
    let rotation = KeyRotation(ring: ring, node: "w")
    try rotation.prepare(identity)
    try write("nonsense\n", file("w.secret.next"))
    #expect(throws: MessagingError.self) { try rotation.takeOver(identity) }
    #expect(try listed().contains(rotation.current().publicKey.text))
  }

  @Test("is undone with the key itself when that is revoked")
  func revoked() throws {
    let rotation = KeyRotation(ring: ring, node: "w")
    try rotation.prepare(identity)
    #expect(try ring.revoke("w", force: false).count == 2)
    #expect(try listed().isEmpty)
    #expect(!isThere("w.secret") && !isThere("w.secret.next"))
  }

  @Test("has lists of other machines changed by one key each")
  func elsewhere() throws {
    let other = try TemporaryFolder()
    let there = KeyRing(folder: ClusterFolder(path: other.path))
    _ = try there.add(try #require(Identity(role: .coordinator, node: "c")))
    let rotation = KeyRotation(ring: ring, node: "w")
    let before = try rotation.current().publicKey
    try rotation.prepare(identity)
    let next = try rotation.nextPair().publicKey
    for key in [before, next, next] { try there.admit(key, identity) }
    #expect(try there.entries().count { $0.state == .elsewhere } == 2)
    #expect(try there.revoke(before, of: "w", force: false).map(\.key) == [before])
    #expect(try there.entries().filter { $0.identity.node == "w" }.map(\.key) == [next])
    #expect(throws: GranaryError.self) { try there.revoke(before, of: "w", force: false) }
    // The only key of the coordinator is spared on other machines too, and none changes hands.
    let coordinator = try #require(try there.entries().first { $0.identity.role == .coordinator })
    let elsewhere = KeyRing(folder: ClusterFolder(path: try TemporaryFolder().file("lists")))
    try elsewhere.admit(coordinator.key, coordinator.identity)
    #expect(throws: GranaryError.spared(node: "c", isCoordinator: true)) {
      try elsewhere.revoke(coordinator.key, of: "c", force: false)
    }
    #expect(
      throws: GranaryError.keyTaken(
        coordinator.key.beginning, by: coordinator.identity, list: elsewhere.folder.allowList)
    ) { try elsewhere.admit(coordinator.key, identity) }
    #expect(try elsewhere.entries().map(\.identity) == [coordinator.identity])
    // The key that a node has is not taken away by mistake.
    #expect(throws: GranaryError.keyInUse(node: "w", key: before.beginning)) {
      try ring.revoke(before, of: "w", force: false)
    }
  }
}
