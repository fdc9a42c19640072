import CommandLineArguments
import Messaging
import Settings

/// `granary keys`: makes the keys by which nodes know each other.
struct KeysVerb: Command {
  static let name = "keys"
  static let abstract = "Make a key pair for a node and let it in, or list who is let in."
  static let discussion = """
    The pair is written to keys/NAME.secret (only for this user) and keys/NAME.public in the \
    cluster's folder, and a line with the public key, the role and the name is added to \
    keys/allowed, which running nodes read again by themselves. Whoever has a secret key is that \
    node: on another machine make the pair there, and add its line to the list here by hand. \
    Taking a line out of the list shuts that key out. Existing keys are never overwritten.
    """
  static let examples = [
    Example("granary keys worker-4 --role worker", "A key for a further worker."),
    Example("granary keys console --role observer", "A key that sees and changes nothing."),
    Example("granary keys --list", "Who is let in."),
  ]

  @Option("DIR", help: "The cluster's folder.") var cluster: Path?
  @Option("ROLE", help: "What the node may do.") var role: Messaging.Role?
  @Flag(help: "List the keys that are let in.") var list: Bool
  @Flag(help: "Print JSON.") var json: Bool
  @Argument("NAME", help: "The node: letters, digits, . - _") var node: String?

  func validate() throws(ArgumentError) {
    if list {
      if node != nil || role != nil {
        throw .contradiction("--list makes no key; leave NAME and --role out")
      }
    } else if node == nil {
      throw .missingArgument("NAME", command: "granary keys")
    } else if role == nil {
      throw .missingArgument("--role ROLE", command: "granary keys")
    }
  }

  func run() throws -> ExitCode {
    let ring = KeyRing(folder: ClusterFolder(named: cluster))
    guard let node, let role else {
      try Terminal.standardOutput.write(json ? document(ring.entries()) : table(ring.entries()))
      return .success
    }
    guard let identity = Identity(role: role, node: node) else {
      throw GranaryError.badNodeName(node)
    }
    let key = try ring.add(identity)
    let entry = KeyRing.Entry(identity: identity, key: key, isHere: true)
    try Terminal.standardOutput.write(
      json
        ? document([entry])
        : "\(ring.folder.secretKey(of: node)): key of \(role) \(node), public key \(key)\n")
    return .success
  }

  /// Makes the keys of a whole cluster, where they are missing; says which were made.
  @discardableResult
  static func provision(
    _ folder: ClusterFolder, coordinator: String = "coordinator", workers: [String],
    clients: [String] = ["client"]
  ) throws -> [Identity] {
    let names =
      [(Messaging.Role.coordinator, coordinator)] + workers.map { (.worker, $0) }
      + clients.map { (.client, $0) }
    let identities = try names.map { role, name in
      guard let identity = Identity(role: role, node: name) else {
        throw GranaryError.badNodeName(name)
      }
      return identity
    }
    return try KeyRing(folder: folder).addMissing(identities)
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
