import Coordination
import FoundationEssentials
import Glibc
import Settings
import TestSupport

/// What tests of copies ask a cluster of several hosts.
extension TestCluster {
  /// Quicker than people would have it, slower than a busy machine is.
  static let quickLoss = ["coordinator.lostAfterSeconds=1.5"]

  /// The worker that answers for a SKU.
  func holder(of sku: String) throws -> String {
    struct Place: Codable { var worker: String }
    let text = try run("explain", "sku", sku, "--json")
    return try JSONDecoder().decode(Place.self, from: Data(text.utf8)).worker
  }

  /// Stops a node in the middle of whatever it does, without its noticing; or lets it go on.
  func signal(_ name: String, _ signal: Int32) throws {
    guard Glibc.kill(try processID(of: name), signal) == 0 else {
      throw failure("\(name) cannot be signalled")
    }
  }

  /// Waits until every shard has all of its copies in step on these workers.
  @discardableResult
  func eventuallyHasAllCopies(on workers: [String]) async throws -> ClusterStatus {
    try await eventually("all copies are on \(workers.joined(separator: ", "))") { status in
      let serving = status.nodes.filter { $0.state == "serving" }
      return serving.map(\.name) == workers && status.servedShards == status.shards
        && status.moves == 0 && status.copies?.shardsWithFewer == 0
        && !status.reasons.contains { $0.contains("about to be served") }
    }
  }

  /// The path of a worker's database.
  func database(of name: String) -> String { "\(cluster.data(of: name))/granary.sqlite" }
}
