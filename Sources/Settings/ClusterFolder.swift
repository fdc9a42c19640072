/// Where a cluster keeps what its processes share on one machine: keys, the coordinator's address
/// and each node's data. On several machines each has such a folder with its own part of it.
public struct ClusterFolder: Sendable, Equatable {
  /// The environment variable that names the folder, and the folder where it is not set.
  public static let environmentVariable = "GRANARY_CLUSTER_FOLDER", defaultPath = ".granary"

  /// The folder.
  public var path: String

  /// A folder at a path.
  public init(path: String) { self.path = path }

  /// The folder of the keys.
  public var keys: String { "\(path)/keys" }
  /// Which key may do what.
  public var allowList: String { "\(keys)/allowed" }
  /// The secret key of a node.
  public func secretKey(of name: String) -> String { "\(keys)/\(name).secret" }
  /// The secret key that a node will have next, beside the one that it has.
  public func nextSecretKey(of name: String) -> String { "\(secretKey(of: name)).next" }
  /// The secret key that it had, until nobody lets it in any more.
  public func oldSecretKey(of name: String) -> String { "\(secretKey(of: name)).old" }
  /// The public key of a node.
  public func publicKey(of name: String) -> String { "\(keys)/\(name).public" }
  /// Where the coordinator listens: a line, written when it does.
  public var coordinatorEndpoint: String { "\(path)/coordinator.endpoint" }
  /// What a node keeps.
  public func data(of name: String) -> String { "\(path)/\(name)" }
  /// What a node says while it runs.
  public func log(of name: String) -> String { "\(path)/\(name).log" }
}
