import FoundationEssentials
import Glibc
import Messaging
import Settings

/// Which of the keys in a cluster's folder a client uses: the one that is named, else the one with
/// the role that is needed.
struct KeyChoice {
  /// The environment variable that names a key.
  static let environmentVariable = "GRANARY_IDENTITY"

  var name: String
  /// What the folder's list says that it may do; nothing where there is no list.
  var role: Role?

  /// The key for what needs `role`, among those of this user. Where none has the role the nearest
  /// one is taken: the node that refuses it says what is missing.
  init(
    in folder: ClusterFolder, for role: Role, named: String?
  ) throws(ClientError) {
    let list = try? AllowList(contentsOf: folder.allowList)
    if let named {
      guard Identity(role: role, node: named) != nil, Self.isThere(folder.secretKey(of: named))
      else {
        throw .noSuchKey(named, folder: folder.keys, others: Self.own(in: folder))
      }
      self.init(name: named, role: Self.role(of: named, in: folder, list))
      return
    }
    let order = Self.order(for: role)
    let found = Self.own(in: folder).map { name in
      KeyChoice(name: name, role: Self.role(of: name, in: folder, list))
    }
    for wanted in order {
      // Another machine's folder may have no list: there the keys are called what they are.
      let able = found.filter { $0.role == wanted || $0.role == nil && $0.name == wanted.rawValue }
      if let usual = able.first(where: { $0.name == wanted.rawValue }) ?? Self.only(able) {
        self = usual
        return
      }
      guard able.isEmpty else {
        throw .severalKeys(able.map(\.name), role: wanted.rawValue, folder: folder.keys)
      }
    }
    let unknown = found.filter { $0.role == nil }
    guard list == nil, let choice = Self.only(unknown) else {
      throw .noKey(path: folder.secretKey(of: Role.client.rawValue))
    }
    self = choice
  }

  private init(name: String, role: Role?) {
    self.name = name
    self.role = role
  }

  private static func only(_ choices: [KeyChoice]) -> KeyChoice? {
    choices.count == 1 ? choices[0] : nil
  }

  /// The roles that do, the least first, and then those that do not.
  private static func order(for role: Role) -> [Role] {
    switch role {
    case .observer: [.observer, .client, .operator]
    case .operator: [.operator, .client, .observer]
    case .client, .worker, .coordinator: [.client, .operator, .observer]
    }
  }

  /// The names of the secret keys that are this user's.
  private static func own(in folder: ClusterFolder) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.keys)) ?? []
    return files.filter { $0.hasSuffix(".secret") }.map { String($0.dropLast(".secret".count)) }
      .filter { name in
        var status = stat()
        return unsafe stat(folder.secretKey(of: name), &status) == 0 && status.st_uid == geteuid()
      }
      .sorted()
  }

  private static func role(
    of name: String, in folder: ClusterFolder, _ list: AllowList?
  ) -> Role? {
    guard let list else { return nil }
    let open = try? KeyFile.readPublic(folder.publicKey(of: name))
    let key = open ?? (try? KeyFile.readSecret(folder.secretKey(of: name)))?.publicKey
    return key.flatMap { list.identities[$0]?.role }
  }

  private static func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
