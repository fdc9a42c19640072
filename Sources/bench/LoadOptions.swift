import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials

/// What every load is given.
struct LoadOptions: OptionGroup {
  static let title = "Load"

  @Option("DIR", help: "The cluster's folder.") var cluster: Path
  @Option("FILE", help: "SKUs, one a line.") var skus: Path
  @Option("NUMBER", .within(0.1...3_600), help: "Seconds of each measurement.") var seconds = 3.0

  func client() throws -> ClusterClient {
    try ClusterClient(try ClusterAccess(folder: cluster.description))
  }

  func readSKUs() throws -> [SKU] {
    let text = try String(contentsOfFile: skus.description, encoding: .utf8)
    return try text.split(whereSeparator: \.isNewline).map { try SKU(String($0)) }
  }
}
