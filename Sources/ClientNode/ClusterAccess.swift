public import FoundationEssentials
import Glibc
public import Messaging
public import NodeSupport
public import Settings

/// How a client finds a cluster and proves who it is: the folder with the coordinator's address and
/// the client's key.
public struct ClusterAccess: Sendable {
  /// The name of the key that a client uses where no other is chosen.
  public static let clientName = "client"

  /// The folder.
  public let folder: ClusterFolder
  /// The client's keys.
  public internal(set) var keys: CurveKeyPair
  /// The name of the key, and its role as far as the folder says.
  public let name: String
  private let role: Role

  /// Goes by the folder that is named, by `GRANARY_CLUSTER_FOLDER`, or by `.granary`; and by the
  /// key that is named, by `GRANARY_IDENTITY`, or by one in the folder that has the role.
  public init(
    folder named: String? = nil, as identity: String? = nil, for role: Role = .client,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(ClientError) {
    let path =
      named ?? environment[ClusterFolder.environmentVariable] ?? ClusterFolder.defaultPath
    let folder = ClusterFolder(path: path)
    guard FileManager.default.fileExists(atPath: folder.coordinatorEndpoint) else {
      // A folder of somebody else looks empty to who may not look into it.
      if unsafe access(path, F_OK) == 0, unsafe access(path, R_OK | X_OK) != 0 {
        throw .badFile(
          path: path,
          reason: "may not be read by this user; run as the one who started the cluster, or name a "
            + "folder with a key of your own with --cluster")
      }
      throw .noCluster(folder: path)
    }
    self.folder = folder
    let choice = try KeyChoice(
      in: folder, for: role, named: identity ?? environment[KeyChoice.environmentVariable])
    name = choice.name
    self.role = choice.role ?? role
    let secret = folder.secretKey(of: choice.name)
    do throws(MessagingError) {
      keys = try KeyFile.readSecret(secret)
    } catch {
      throw .messaging(error)
    }
  }

  /// The file of the client's key.
  public var keyFile: String { folder.secretKey(of: name) }

  /// The line of an allow-list that lets this client in.
  public var allowLine: String { "\(keys.publicKey) \(role) \(name)" }

  /// Where the coordinators listen now, the one that led last first; a restart may have moved them.
  public func coordinators() throws(ClientError) -> [CoordinatorAddress] {
    let path = folder.coordinatorEndpoint
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .noCluster(folder: folder.path)
    }
    guard let addresses = CoordinatorAddress.list(in: text) else {
      throw .badFile(
        path: path,
        reason: "must be lines of an endpoint and a public key, as a coordinator writes them; "
          + "start the coordinator again, or copy its file here")
    }
    return addresses
  }
}
