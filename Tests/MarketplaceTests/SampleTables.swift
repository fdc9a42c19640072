import Demand
import FoundationEssentials
import TestSupport

@testable import Marketplace

/// A sample's files as tests want them.
enum SampleTables {
  struct Sale {
    let pair: String
    let day: Day
    let units: Int
    let inStock: Bool
  }

  static func write(_ sample: SampleMarketplace, threads: Int = 1) throws -> (
    TemporaryFolder, SampleMarketplace.Summary
  ) {
    let folder = try TemporaryFolder()
    return (folder, try sample.write(into: folder.path, threads: threads))
  }

  static func text(_ folder: TemporaryFolder, _ file: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: folder.file(file))), as: UTF8.self)
  }

  /// The rows without the first line, as fields. No field of these files has a comma in it.
  static func rows(_ folder: TemporaryFolder, _ file: String) throws -> [[Substring]] {
    try text(folder, file).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }

  static func sales(_ folder: TemporaryFolder, _ file: String = "sales.csv") throws -> [Sale] {
    try rows(folder, file).map { row in
      Sale(
        pair: "\(row[0]),\(row[1])", day: try Day(String(row[2])), units: Int(row[3]) ?? .min,
        inStock: row[6] == "1")
    }
  }

  /// The expected units by SKU, location and date, as `sku,location,date`.
  static func truth(_ folder: TemporaryFolder) throws -> [String: Double] {
    try rows(folder, "truth.csv").reduce(into: [:]) { found, row in
      found["\(row[0]),\(row[1]),\(row[2])"] = Double(row[3])
    }
  }
}
