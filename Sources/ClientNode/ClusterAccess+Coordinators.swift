import FoundationEssentials
import NodeSupport
import Settings
import WireProtocol

extension ClusterAccess {
  /// Keeps where the coordinators are, as one of them told: those of the folder stay behind them.
  /// A folder that may not be written to is left as it is.
  func keep(_ told: [PeerAddress]) {
    guard !told.isEmpty, let known = try? coordinators() else { return }
    let list = CoordinatorAddress.list(told, before: known)
    // Their order changes often, and means little.
    guard Set(list) != Set(known) else { return }
    try? Data(CoordinatorAddress.text(list).utf8)
      .write(to: URL(filePath: folder.coordinatorEndpoint), options: .atomic)
  }
}
