import Demand

/// The made-up marketplace that every run takes in, cut into the pieces in which it does.
struct Market: Sendable {
  /// The shards of every cluster of the lab.
  static let shardCount = 16
  private static let skuCount = 300
  private static let warehouses = 3
  private static let days = 200
  /// The days that come later.
  private static let newsDays = 14
  /// The pieces of the sales before, and of those of the last days.
  private static let pieces = 10, newsPieces = 5

  /// A folder with all tables but the sales.
  let tables: String
  /// Files of sales, in order.
  let sales: [String], news: [String]
  /// A SKU of each shard, as far as there is one.
  let probes: [SKU]

  /// Makes it.
  init(in folder: String, program: String) throws {
    tables = "\(folder)/tables"
    try Shell.run(
      "\(Shell.quoted(program)) sample --output \(Shell.quoted(tables)) --skus \(Self.skuCount) "
        + "--warehouses \(Self.warehouses) --days \(Self.days)")
    let file = "\(tables)/sales.csv"
    let lines = TextFile.text(file).split(separator: "\n").map(String.init)
    TextFile.remove(file)
    guard let head = lines.first else {
      throw LabError.file(path: file, reason: "the sample has no sales")
    }
    let rows = lines.dropFirst()
    let dates = Set(rows.map(Self.date)).sorted()
    let border = dates.suffix(Self.newsDays).first ?? ""
    sales = try Self.write(
      rows.filter { Self.date($0) < border }, head, pieces: Self.pieces, to: "\(folder)/sales")
    news = try Self.write(
      rows.filter { Self.date($0) >= border }, head, pieces: Self.newsPieces, to: "\(folder)/news")
    let skus = try Set(rows.compactMap { $0.split(separator: ",").first }).sorted()
      .map { try SKU(String($0)) }
    probes = (0..<Self.shardCount).compactMap { shard in
      skus.first { $0.shard(of: Self.shardCount) == shard }
    }
  }

  private static func date(_ row: String) -> String {
    let fields = row.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false)
    return fields.count > 2 ? String(fields[2]) : ""
  }

  /// Writes rows to as many files: each has rows of all days and of most SKUs.
  private static func write(
    _ rows: [String], _ head: String, pieces: Int, to path: String
  ) throws -> [String] {
    try (0..<pieces).map { piece in
      let own = rows.indices.filter { $0 % pieces == piece }.map { rows[$0] }
      let file = "\(path)-\(piece + 1).csv"
      try TextFile.write(([head] + own).joined(separator: "\n") + "\n", to: file)
      return file
    }
  }
}
