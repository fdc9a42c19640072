import ClientNode
import CommandLineArguments
import FoundationEssentials
import Messaging
import Settings

/// `granary keys`: makes the keys by which nodes know each other.
struct KeysVerb: Command {
  static let name = "keys"
  static let abstract = "List who is let in, make a key for somebody, change one, or take it away."
  static let discussion = """
    A key has a role: observer sees everything and changes nothing; client sends rows as well; \
    operator also starts runs and changes warehouses, rules and limits; worker and coordinator are \
    the cluster's own. The table is in cluster/PROTOCOL.md.

    add writes the pair to keys/NAME.secret (only for this user) and keys/NAME.public in the \
    cluster's folder, and a line with the public key, the role and the name to keys/allowed. \
    Whoever has a secret key is that node: on another machine make the pair there, and add its \
    line here by `keys add NAME --role ROLE --key KEY`. Existing keys are never overwritten. \
    Each machine that runs nodes has its own list.

    rotate changes the key of a node or a person while everything runs: it makes a next pair, \
    lets it in, finds out by knocking whether all nodes do, puts it in the place of the one \
    before, which the node takes over by itself, and takes the one before off the list. Where \
    another machine's list is yet to be changed it says which line, and where. It may be ended \
    anywhere: the same command goes on. ops/runbooks/rotate-keys.md has it step by step.

    revoke takes the lines of NAME out of the list and removes its files here. Running nodes read \
    the list again within a second: what the key's holder has under way ends then, and a worker \
    is treated as lost. With --key it takes that one of several keys of NAME off the list.
    """
  static let examples = [
    Example("granary keys list", "Who is let in."),
    Example("granary keys add ada --role operator", "A key for somebody who starts runs."),
    Example("granary keys add worker-4 --role worker", "A key for a further worker."),
    Example("granary keys rotate ada", "Another key in place of the one she has."),
    Example("granary keys revoke ada", "Shuts it out again."),
  ]

  @Argument("list|add|rotate|revoke", help: "What to do; without it, keys are listed.") var action:
    String?
  @Argument("NAME", help: "Whose key: letters, digits, . - _") var node: String?
  @Option("ROLE", help: "What the new key may do.") var role: Messaging.Role?
  @Option("KEY", help: "A public key: of another machine to add, or the one to revoke.")
  var key: PublicKey?
  @Option("SECONDS", .within(0...3_600), help: "How long rotate waits for others.") var wait = 30
  @Flag(
    help: """
      Revoke the coordinator's or the last operator's key too; rotate without those who are not \
      reached or do not let the next key in.
      """) var force: Bool
  @Option("DIR", help: "The cluster's folder.") var cluster: Path?
  @Flag(help: "Print JSON.") var json: Bool

  private enum Work {
    case list
    case add(String, Messaging.Role)
    case admit(String, Messaging.Role, PublicKey)
    case rotate(String)
    case revoke(String)
    case revokeKey(String, PublicKey)
  }

  private func work() throws(ArgumentError) -> Work {
    switch (action, node, role, key) {
    case (nil, nil, nil, nil) where !force, ("list", nil, nil, nil) where !force: return .list
    case ("add", let name?, let role?, nil) where !force: return .add(name, role)
    case ("add", let name?, let role?, let key?) where !force: return .admit(name, role, key)
    case ("rotate", let name?, _, nil): return .rotate(name)
    case ("revoke", let name?, nil, nil): return .revoke(name)
    case ("revoke", let name?, nil, let key?): return .revokeKey(name, key)
    case ("add", nil, _, _), ("revoke", nil, _, _), ("rotate", nil, _, _):
      throw .missingArgument("NAME", command: "granary keys")
    case ("add", _, nil, _): throw .missingArgument("--role ROLE", command: "granary keys")
    default:
      throw .contradiction(
        "say `granary keys list`, `granary keys add NAME --role ROLE`, "
          + "`granary keys rotate NAME` or `granary keys revoke NAME`")
    }
  }

  func validate() throws(ArgumentError) { _ = try work() }

  func run() throws -> ExitCode {
    let ring = KeyRing(folder: ClusterFolder(named: cluster))
    let text: String
    switch try work() {
    case .list:
      guard FileStamp(of: ring.folder.path) != nil else {
        throw ClientError.noCluster(folder: ring.folder.path)
      }
      text = json ? document(try ring.entries()) : table(try ring.entries())
    case .add(let node, let role):
      let key = try ring.add(try Self.identity(node, role))
      text =
        json
        ? document(try ring.entries().filter { $0.key == key })
        : "\(ring.folder.secretKey(of: node)): key of \(role) \(node), public key \(key)\n"
    case .admit(let node, let role, let key):
      try ring.admit(key, try Self.identity(node, role))
      text =
        json
        ? document(try ring.entries().filter { $0.key == key })
        : "\(role) \(node), public key \(key): let in\n"
    case .rotate(let node):
      let key = try KeyChange(
        ring: ring, node: node, role: role, force: force, waitSeconds: wait, say: tell
      ).run()
      text = json ? document(try ring.entries().filter { $0.key == key }) : ""
    case .revoke(let node): text = gone(try ring.revoke(node, force: force), node)
    case .revokeKey(let node, let key):
      text = gone(try ring.revoke(key, of: node, force: force), node)
    }
    try Terminal.standardOutput.write(text)
    return .success
  }

  private static func identity(
    _ node: String, _ role: Messaging.Role
  ) throws(GranaryError) -> Identity {
    guard let identity = Identity(role: role, node: node) else { throw .badNodeName(node) }
    return identity
  }

  /// Says what rotate is at, as it may take its time.
  private func tell(_ sentence: String) throws {
    if !json { try Terminal.standardOutput.write("\(sentence)\n") }
  }

  private func gone(_ entries: [KeyRing.Entry], _ node: String) -> String {
    if json { return document(entries) }
    if entries.isEmpty { return "\(node): its secret is removed\n" }
    return entries.map { entry in
      "\(entry.identity.role) \(node), public key \(entry.key): revoked\n"
    }.joined()
  }

  /// Makes the keys of a whole cluster, where they are missing; says which were made. People get
  /// theirs with the cluster: what was revoked later is not made again, but for an operator where
  /// there is none.
  @discardableResult
  static func provision(_ folder: ClusterFolder, workers: [String]) throws -> [Identity] {
    let ring = KeyRing(folder: folder)
    let known = try ring.entries()
    var names = [(Messaging.Role.coordinator, "coordinator")] + workers.map { (.worker, $0) }
    if known.isEmpty { names.append((.client, "client")) }
    if !known.contains(where: { $0.identity.role == .operator }) {
      names.append((.operator, "operator"))
    }
    let identities = try names.map { role, name in
      guard let identity = Identity(role: role, node: name) else {
        throw GranaryError.badNodeName(name)
      }
      return identity
    }
    return try ring.addMissing(identities)
  }

  private func table(_ entries: [KeyRing.Entry]) -> String {
    var table = TextTable([
      .left("Node"), .left("Role"), .left("Public key"), .left("State"), .right("Days"),
    ])
    let now = Int64(Date().timeIntervalSince1970)
    for entry in entries {
      table.add([
        entry.identity.node, entry.identity.role.rawValue, entry.key.text, entry.state.rawValue,
        entry.madeAt.map { "\(max(0, now - $0) / 86_400)" } ?? "",
      ])
    }
    return table.render(for: .standardOutput)
  }

  private func document(_ entries: [KeyRing.Entry]) -> String {
    var json = JSONText()
    json.array { json in
      for entry in entries {
        json.object { json in
          json.member("node", entry.identity.node)
          json.member("role", entry.identity.role.rawValue)
          json.member("public_key", entry.key.text)
          json.member("secret_is_here", entry.isHere)
          json.member("state", entry.state.rawValue)
          if let madeAt = entry.madeAt {
            let time = Date(timeIntervalSince1970: Double(madeAt))
            json.member("made", time.formatted(.iso8601))
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
