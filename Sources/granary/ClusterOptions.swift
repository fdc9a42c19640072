import ClientNode
import CommandLineArguments
import Messaging

/// How a verb finds the cluster that it talks to.
struct ClusterOptions: OptionGroup {
  static let title = "Cluster"

  @Option("DIR", help: "The cluster's folder; else $GRANARY_CLUSTER_FOLDER, else .granary.")
  var cluster: Path?
  @Option(
    "NAME", name: "as",
    help: "The key to use; else $GRANARY_IDENTITY, else one with the role that it takes.")
  var identity: String?

  /// A client of the cluster, with a key for what needs this role.
  func client(
    as role: Messaging.Role, patience: Patience = Patience()
  ) throws(ClientError) -> ClusterClient {
    try ClusterClient(
      try ClusterAccess(folder: cluster?.description, as: identity, for: role),
      patience: patience)
  }
}

extension Interruption {
  /// What a client asks while it works: throws once the user wants to stop.
  func check(_ sentence: String) -> () throws(ClientError) -> Void {
    { () throws(ClientError) in
      if self.isRequested { throw .interrupted(sentence) }
    }
  }
}
