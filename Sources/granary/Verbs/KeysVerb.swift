import ClientNode
import CommandLineArguments
import Messaging
import Settings

/// `granary keys`: makes the keys by which nodes know each other.
struct KeysVerb: Command {
  static let name = "keys"
  static let abstract = "List who is let in, make a key for somebody, or take one away."
  static let discussion = """
    A key has a role: observer sees everything and changes nothing; client sends rows as well; \
    operator also starts runs and changes warehouses, rules and limits; worker and coordinator are \
    the cluster's own. The table is in cluster/PROTOCOL.md.

    add writes the pair to keys/NAME.secret (only for this user) and keys/NAME.public in the \
    cluster's folder, and a line with the public key, the role and the name to keys/allowed. \
    Whoever has a secret key is that node: on another machine make the pair there, and add its \
    line to the list here by hand. Existing keys are never overwritten. Each machine that runs \
    nodes has its own list.

    revoke takes the lines of NAME out of the list and removes its files here. Running nodes read \
    the list again within a second: what the key's holder has under way ends then, and a worker \
    is treated as lost.
    """
  static let examples = [
    Example("granary keys list", "Who is let in."),
    Example("granary keys add ada --role operator", "A key for somebody who starts runs."),
    Example("granary keys add worker-4 --role worker", "A key for a further worker."),
    Example("granary keys revoke ada", "Shuts it out again."),
  ]

  @Argument("list|add|revoke", help: "What to do; without it, keys are listed.") var action: String?
  @Argument("NAME", help: "Whose key: letters, digits, . - _") var node: String?
  @Option("ROLE", help: "What the new key may do.") var role: Messaging.Role?
  @Flag(help: "Revoke the coordinator's or the last operator's key too.") var force: Bool
  @Option("DIR", help: "The cluster's folder.") var cluster: Path?
  @Flag(help: "Print JSON.") var json: Bool

  private enum Work {
    case list
    case add(String, Messaging.Role)
    case revoke(String)
  }

  private func work() throws(ArgumentError) -> Work {
    switch (action, node, role) {
    case (nil, nil, nil) where !force, ("list", nil, nil) where !force: return .list
    case ("add", let name?, let role?) where !force: return .add(name, role)
    case ("revoke", let name?, nil): return .revoke(name)
    case ("add", nil, _), ("revoke", nil, _):
      throw .missingArgument("NAME", command: "granary keys")
    case ("add", _, nil): throw .missingArgument("--role ROLE", command: "granary keys")
    default:
      throw .contradiction(
        "say `granary keys list`, `granary keys add NAME --role ROLE` or "
          + "`granary keys revoke NAME`")
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
      guard let identity = Identity(role: role, node: node) else {
        throw GranaryError.badNodeName(node)
      }
      let key = try ring.add(identity)
      let entry = KeyRing.Entry(identity: identity, key: key, isHere: true)
      text =
        json
        ? document([entry])
        : "\(ring.folder.secretKey(of: node)): key of \(role) \(node), public key \(key)\n"
    case .revoke(let node):
      let gone = try ring.revoke(node, force: force)
      let sentences = gone.map { entry in
        "\(entry.identity.role) \(node), public key \(entry.key): revoked\n"
      }
      text =
        json
        ? document(gone)
        : gone.isEmpty ? "\(node): its secret is removed\n" : sentences.joined()
    }
    try Terminal.standardOutput.write(text)
    return .success
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
    var table = TextTable([.left("Node"), .left("Role"), .left("Public key"), .left("Secret")])
    for entry in entries {
      table.add([
        entry.identity.node, entry.identity.role.rawValue, entry.key.text,
        entry.isHere ? "here" : "elsewhere",
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
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
