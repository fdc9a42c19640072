import ClientNode
import CommandLineArguments

/// How a verb finds the cluster that it talks to.
struct ClusterOptions: OptionGroup {
  static let title = "Cluster"

  @Option("DIR", help: "The cluster's folder; else $GRANARY_CLUSTER_FOLDER, else .granary.")
  var cluster: Path?

  /// A client of the cluster.
  func client() throws(ClientError) -> ClusterClient {
    try ClusterClient(try ClusterAccess(folder: cluster?.description))
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
