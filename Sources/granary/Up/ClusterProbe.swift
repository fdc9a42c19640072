import ClientNode
import Coordination
import Messaging
import Settings

/// Asks a cluster on this machine how it is, while it starts.
struct ClusterProbe {
  /// Whoever asks has other things to do: what does not answer soon is asked again later.
  private static var patience: Patience {
    var patience = Patience()
    patience.contact = 300
    patience.answer = 1_000
    return patience
  }

  private let folder: ClusterFolder
  private var client: ClusterClient?
  /// Why the cluster does not serve yet.
  private(set) var obstacle = "no coordinator listens"

  init(_ folder: ClusterFolder) { self.folder = folder }

  /// Whether all shards are served.
  mutating func isServing() -> Bool {
    guard let status = status() else { return false }
    obstacle = "\(status.servedShards) of \(status.shards) shards are served"
    return status.servedShards == status.shards
  }

  /// How the cluster is; nothing while it does not answer.
  mutating func status() -> ClusterStatus? {
    do {
      let client =
        try client
        ?? ClusterClient(
          try ClusterAccess(folder: folder.path, for: .observer), patience: Self.patience)
      self.client = client
      return try client.status()
    } catch {
      // The next one looks for the coordinator anew.
      client = nil
      obstacle = "\(error)"
      return nil
    }
  }
}
