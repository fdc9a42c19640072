import ClientNode
import CommandLineArguments
import FoundationEssentials
import Glibc
import Messaging
import NodeSupport
import Settings
import Threading
import WireProtocol

/// Changes a node's key while everything runs: the steps of `KeyRotation`, each when those whom it
/// concerns are ready for it.
///
/// Who is ready is not taken on trust: whether a list has a key shows by knocking with it, and
/// where a node is, and under which key, the map of the coordinator says, which the node's own key
/// may ask for. What cannot be found out in time is said, with what to do, and the change stays as
/// it is.
struct KeyChange {
  /// How often it is looked again whether others are ready.
  private static let lookMilliseconds: Int64 = 250
  /// In what time a command that is at work asks for the map again, and so hears of a next key.
  private static let mapSeconds = 6

  private let rotation: KeyRotation
  private let wantedRole: Messaging.Role?
  private let force: Bool
  private let waitSeconds: Int
  private let say: (String) throws -> Void
  private let clock = MonotonicClock()

  private var ring: KeyRing { rotation.ring }
  private var node: String { rotation.node }

  /// A change of the key of a node whose secret is in this folder.
  init(
    ring: KeyRing, node: String, role: Messaging.Role?, force: Bool, waitSeconds: Int,
    say: @escaping (String) throws -> Void
  ) throws {
    guard Identity(role: .client, node: node) != nil else { throw GranaryError.badNodeName(node) }
    rotation = KeyRotation(ring: ring, node: node)
    wantedRole = role
    self.force = force
    self.waitSeconds = waitSeconds
    self.say = say
  }

  /// Goes on from wherever it was left until nothing is left of the key before; gives the new one.
  func run() throws -> PublicKey {
    let identity = try identity()
    let first = try rotation.state()
    if first == .settled { try rotation.prepare(identity) }
    if case .prepared(let next) = try rotation.state() {
      try rotation.prepare(identity)
      try say(
        "\(first == .settled ? "made" : "found") the next key of \(identity.role) \(node): \(next)")
      try awaitReadiness(identity, next)
      try rotation.takeOver(identity)
      try say("put it in the place of the one before")
    }
    let key = try rotation.current().publicKey
    guard case .changed(let old) = try rotation.state() else { return key }
    try awaitUse(identity, key, old)
    try rotation.revokeOld(identity)
    try awaitRefusal(identity, old)
    try rotation.forgetOld()
    try say("\(identity.role) \(node) has the key \(key); the one before is let in no more")
    if identity.role == .coordinator {
      try say(
        "machines whose nodes and commands did not run meanwhile need "
          + "\(ring.folder.coordinatorEndpoint) copied to them")
    }
    return key
  }

  /// Who the node is: by the list, or as it is said where there is none.
  private func identity() throws -> Identity {
    let entries = try ring.entries()
    let known = entries.first { $0.identity.node == node && $0.isHere }?.identity
    guard KeyRing.exists(ring.folder.secretKey(of: node)) else {
      throw GranaryError.noSuchKey(
        "\(node) whose secret is here", list: ring.folder.keys,
        known: Set(entries.filter(\.isHere).map(\.identity.node)).sorted())
    }
    if let known, wantedRole == nil || wantedRole == known.role { return known }
    guard known == nil, let wantedRole, let identity = Identity(role: wantedRole, node: node) else {
      throw GranaryError.keyNotChanged(
        known.map {
          "\(node) has the role \($0.role) here, and a change of its key is none of that"
        }
          ?? "\(ring.folder.allowList) does not say which role \(node) has: say --role ROLE")
    }
    return identity
  }

  // MARK: Others

  /// The map as a coordinator tells it to the node's own key; nothing where none is reached.
  private func map() throws -> ClusterMap? {
    guard KeyRing.exists(ring.folder.coordinatorEndpoint) else { return nil }
    do {
      let access = try ClusterAccess(folder: ring.folder.path, as: node, environment: [:])
      return try ClusterClient(access).refreshMap()
    } catch .noCluster, .nobodyListens, .silent, .handshakeFailed {
      return nil
    } catch let .refused(refusal) where refusal.code.mayPass {
      return nil
    }
  }

  /// Everybody who has a list of his own, as far as is known.
  private func places(_ map: ClusterMap?) throws -> [KeyKnock.Place] {
    var places: [KeyKnock.Place] = []
    let text = (try? TextFile.read(ring.folder.coordinatorEndpoint)) ?? ""
    for address in CoordinatorAddress.list(in: text) ?? [] {
      if let index = places.firstIndex(where: { $0.endpoint == address.endpoint }) {
        places[index].keys.append(address.key)
      } else {
        let name = map?.coordinators.first { $0.publicKey == address.key.text }?.node.text
        places.append(
          KeyKnock.Place(
            name: name ?? "the coordinator at \(address.endpoint)", endpoint: address.endpoint,
            keys: [address.key]))
      }
    }
    for peer in map?.peers ?? [] where !peer.endpoint.isEmpty {
      guard let key = try? PublicKey(peer.publicKey) else { continue }
      places.append(
        KeyKnock.Place(name: "\(peer.node)", endpoint: peer.endpoint, keys: [key]))
    }
    return places
  }

  /// Looks again and again until nothing is in the way; says what it is when it was waited for in
  /// vain, unless it was said that this does not matter.
  private func wait(_ obstacle: () throws -> String?) throws {
    let deadline = clock.now + Int64(waitSeconds) * 1_000
    while let found = try obstacle() {
      if force { return try say("not waiting: \(found)") }
      guard clock.now < deadline else { throw GranaryError.keyNotChanged(found) }
      usleep(UInt32(Self.lookMilliseconds) * 1_000)
    }
  }

  private static let again = "then run the same command again"

  /// Waits until all who are there let the next key in, and are told of it where it is that of a
  /// coordinator.
  private func awaitReadiness(_ identity: Identity, _ next: PublicKey) throws {
    guard KeyRing.exists(ring.folder.coordinatorEndpoint) else { return }
    let knock = KeyKnock(with: try rotation.nextPair())
    var away: Set<String> = []
    try wait {
      guard let map = try map() else { return unreached }
      let places = try places(map)
      let answers = try knock.answers(of: places)
      let refusing = zip(places, answers).filter { $0.1 == .refused }.map(\.0.name)
      if !refusing.isEmpty {
        return
          "\(refusing.joined(separator: ", ")) does not know the next key: run `granary keys add "
          + "\(node) --role \(identity.role) --key='\(next)'` there, on that machine's folder, "
          + Self.again
      }
      let silent = zip(places, answers).filter { $0.1 == .unreachable }.map(\.0.name)
      let missing = silent.filter { name in map.peers.contains { $0.node.text == name } }
      // Who is away, or a coordinator of which only the address is left, is not waited for.
      away = Set(silent).union(map.peers.filter(\.endpoint.isEmpty).map(\.node.text))
        .subtracting(missing)
      if !missing.isEmpty {
        return "\(missing.joined(separator: ", ")) is not reached: \(Self.again), or say --force"
      }
      guard identity.role == .coordinator else { return nil }
      return obstacleToTelling(map, next)
    }
    let here = Set(try ring.entries().filter(\.isHere).map(\.identity.node))
    let unsure = away.subtracting(here).sorted().joined(separator: ", ")
    // On one machine all have the list that was just changed.
    if !unsure.isEmpty, try ring.entries().contains(where: { !$0.isHere && $0.isOfNode }) {
      try say(
        "\(unsure): not here now; before it comes back its list needs the key, by "
          + "`granary keys add \(node) --role \(identity.role) --key='\(next)'`")
    }
    if identity.role == .coordinator, try ring.entries().contains(where: { !$0.isHere }), !force {
      try say("waiting \(Self.mapSeconds) s, so that commands at work elsewhere hear of it")
      sleep(UInt32(Self.mapSeconds))
    }
  }

  private var unreached: String {
    "no coordinator is reached, so nobody can be asked which keys are let in: start it, and "
      + "run the same command again; or say --force where nothing of the cluster runs"
  }

  /// Why a coordinator may not change its key yet: whoever is not told would not find it.
  private func obstacleToTelling(_ map: ClusterMap, _ next: PublicKey) -> String? {
    let isTold = map.coordinators.contains { $0.node.text == node && $0.publicKey == next.text }
    guard isTold else {
      return
        "the workers are not told of the next key of \(node) yet: see that it runs, \(Self.again)"
    }
    let present = Set(map.peers.filter { !$0.endpoint.isEmpty }.map(\.node))
    // Of one that has not come since this coordinator began only the placement knows.
    let known = map.placement.assignments.reduce(into: Set(map.peers.map(\.node))) {
      $0.formUnion($1.copies)
    }
    let absent = known.subtracting(present).map(\.text).sorted()
    let areElsewhere = absent.contains { !KeyRing.exists(ring.folder.secretKey(of: $0)) }
    guard areElsewhere else { return nil }
    return "\(absent.joined(separator: ", ")) is lost and would not find the coordinator again: "
      + "start it, \(Self.again); or say --force, and copy \(ring.folder.coordinatorEndpoint) there"
  }

  /// Waits until the node is found under its new key, or is not there at all.
  private func awaitUse(_ identity: Identity, _ key: PublicKey, _ old: PublicKey) throws {
    guard KeyRing.exists(ring.folder.coordinatorEndpoint) else { return }
    switch identity.role {
    case .worker:
      try wait {
        guard let map = try map() else { return unreached }
        let peer = map.peers.first { $0.node.text == node && !$0.endpoint.isEmpty }
        guard let peer, peer.publicKey != key.text else { return nil }
        return "\(node) does not use its new key yet: its log says why; \(Self.again)"
      }
    case .coordinator:
      try wait {
        guard let map = try map() else { return unreached }
        let own = map.coordinators.filter { $0.node.text == node }
        if own.contains(where: { $0.publicKey == old.text }) {
          return "\(node) does not use its new key yet: its log says why; "
            + Self.again
        }
        let place = own.first { $0.publicKey == key.text }
        let knock = KeyKnock(with: try rotation.current())
        let places = [KeyKnock.Place(name: node, endpoint: place?.endpoint ?? "", keys: [key])]
        // A coordinator that is alone names itself after a change of its key, and no more when it
        // was started again.
        if place == nil { return nil }
        return try knock.answers(of: places) == [.letIn]
          ? nil : "\(node) is not reached under its new key: see that it runs, \(Self.again)"
      }
    case .client, .operator, .observer: break
    }
  }

  /// Waits until nobody lets the key before in any more.
  private func awaitRefusal(_ identity: Identity, _ old: PublicKey) throws {
    guard KeyRing.exists(ring.folder.coordinatorEndpoint) else { return }
    let knock = KeyKnock(with: try rotation.oldPair())
    try wait {
      // Who is not asked may let it in still.
      guard let map = try map() else { return unreached }
      let places = try places(map)
      let answers = try knock.answers(of: places)
      let open = zip(places, answers).filter { $0.1 == .letIn }.map(\.0.name)
      let silent = zip(places, answers).filter { $0.1 == .unreachable }.map(\.0.name)
        .filter { name in map.peers.contains { $0.node.text == name } }
      guard !open.isEmpty else {
        return silent.isEmpty
          ? nil : "\(silent.joined(separator: ", ")) is not reached: \(Self.again), or say --force"
      }
      return
        "\(open.joined(separator: ", ")) lets the key before in: run `granary keys revoke \(node) "
        + "--key='\(old)'` there, on that machine's folder, \(Self.again)"
    }
  }
}
