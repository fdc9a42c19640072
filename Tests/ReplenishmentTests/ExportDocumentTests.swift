import FoundationEssentials
import Replenishment
import Testing

/// What `config/tables.md` says of what comes out.
@Suite("The documented exports")
struct ExportDocumentTests {
  private let text: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    text = try String(
      contentsOfFile: root.appending(path: "config/tables.md").path, encoding: .utf8)
  }

  /// The names in the first cells of the table behind a line that begins like this.
  private func names(behind beginning: String) throws -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix(beginning) })
    let rows = lines[start...].drop { !$0.hasPrefix("| ") }.prefix { $0.hasPrefix("|") }
    return rows.dropFirst(2).flatMap { row in
      row.split(separator: "|")[0].split(separator: ",").map { $0.filter { $0 != " " } }
    }
  }

  @Test("have the columns of purchase orders")
  func orders() throws {
    #expect(try Set(names(behind: "**purchase_orders**")) == Set(PurchaseOrderRow.columns))
  }

  @Test("name every kind of exception")
  func exceptions() throws {
    let kinds = PlanException.Kind.allCases.map(\.name)
    #expect(try names(behind: "**exceptions**").sorted() == kinds.sorted())
  }

  @Test("name no column of the others that there is not")
  func others() throws {
    let known = Set(TransferRow.columns + PolicyRow.columns + PriceRow.columns)
    for table in ["transfers", "policies", "prices"] {
      let paragraph = try #require(
        text.split(separator: "\n\n").first { $0.hasPrefix("**\(table)**") })
      // What stands between two of these is a name or a value; names are of several words.
      let words = paragraph.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }
      let names = words.map { String($0.element) }.filter { $0.contains("_") }
      #expect(table == "prices" || names.count >= 3)
      for name in names { #expect(known.contains(name), "\(name)") }
    }
  }
}
