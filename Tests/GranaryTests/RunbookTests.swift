import Coordination
import FoundationEssentials
import Testing

@testable import granary

/// What is written for people who are called at night agrees with what the program says.
@Suite("The runbooks")
struct RunbookTests {
  private static let ops = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("ops").path

  private static func page(_ name: String) throws -> String {
    try text("\(ops)/runbooks/\(name).md")
  }

  private static func pages() throws -> Set<String> {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(ops)/runbooks")
    return Set(files.filter { $0 != "README.md" }.map { String($0.prefix { $0 != "." }) })
  }

  /// The words of a text that begin in a certain way and go on with small letters and signs.
  private static func words(_ prefix: String, in text: String, and signs: Set<Character>)
    -> Set<String>
  {
    var found: Set<String> = []
    for part in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || signs.contains($0)) })
    where part.hasPrefix(prefix) && part.count > prefix.count {
      found.insert(String(part))
    }
    return found
  }

  @Test("have a page for each topic of a status, of one form", arguments: StatusTopic.allCases)
  func form(topic: StatusTopic) throws {
    let page = try Self.page(topic.rawValue)
    #expect(page.hasPrefix("# \(topic.rawValue)\n\n`"))
    for heading in ["Means", "See", "Do", "Tried"] { #expect(page.contains("\n## \(heading)\n")) }
  }

  @Test("have no page that nothing leads to, and their index leads to each")
  func index() throws {
    let alerts = try text("\(Self.ops)/alerts.yml")
    let index = try Self.page("README")
    let topics = Set(StatusTopic.allCases.map(\.rawValue))
    let leads = alerts + KeysVerb.discussion
    for page in try Self.pages() {
      #expect(topics.contains(page) || leads.contains("runbooks/\(page).md"), "\(page)")
      #expect(index.contains("(\(page).md)"), "\(page)")
    }
  }

  @Test("lead to pages that are there")
  func links() throws {
    let pages = try Self.pages()
    for name in pages.union(["README"]) {
      let page = try Self.page(name)
      for part in page.split(separator: "](").dropFirst() {
        let target = String(part.prefix { $0 != ")" })
        guard !target.contains("/") else { continue }
        #expect(pages.contains(String(target.dropLast(".md".count))), "\(name): \(target)")
      }
    }
  }

  @Test("are what each alert leads to, and alerts go by metrics and topics that there are")
  func alerts() throws {
    let rules = try text("\(Self.ops)/alerts.yml").split(separator: "\n")
      .filter { !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("#") }
      .joined(separator: "\n")
    let alerts = rules.split(separator: "- alert: ").dropFirst()
    #expect(alerts.count > 5)
    let topics = Set(StatusTopic.allCases.map(\.rawValue))
    let known = Self.words("granary_", in: StatusMetrics.text(try status(), at: 1), and: ["_"])
    for alert in alerts {
      let name = alert.prefix { $0 != "\n" }
      let books = Self.words("ops/runbooks/", in: String(alert), and: ["/", "-", "."])
      #expect(books.count == 1, "\(name)")
      for book in books {
        #expect(
          FileManager.default.fileExists(atPath: "\(Self.ops)/../\(book)"), "\(name): \(book)")
      }
      let metrics = Self.words("granary_", in: String(alert), and: ["_"])
      #expect(!metrics.isEmpty && metrics.isSubset(of: known), "\(name): \(metrics)")
      for part in alert.split(separator: "topic=").dropFirst() {
        let value = part.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
        for topic in value.split(separator: "|") { #expect(topics.contains(String(topic))) }
      }
    }
  }

  private func status() throws -> ClusterStatus {
    let json = """
      {"cluster": "1", "colour": "red", "moves": 0, "placementVersion": 1,
       "copies": {"replication": 2, "wanted": 2, "shardsWithFewer": 3, "builds": []},
       "reasons": ["worker b is lost", "look"], "topics": ["lost"],
       "refusedFrames": {"no key": 2}, "servedShards": 4, "shards": 8, "uptimeSeconds": 5,
       "events": [], "runs": [], "nodes": [{"name": "b", "state": "lost", "endpoint": "e",
       "heardSecondsAgo": 4, "shards": 8, "skus": 9, "unitsInHand": 0, "batchesApplied": 0,
       "databaseBytes": 1, "diskFreeBytes": 5, "refusedFrames": 1, "trainersLost": 7,
       "refusals": {"malformed": 1}, "trouble": ""}]}
      """
    return try JSONDecoder().decode(ClusterStatus.self, from: Data(json.utf8))
  }

  @Test("are named behind each reason of a status")
  func anchors() throws {
    let status = try status()
    #expect(StatusText(status).text.hasPrefix("RED  worker b is lost [lost]; look\n"))
  }

  @Test("go by metrics that say what the status says")
  func metrics() throws {
    let lines = StatusMetrics.text(try status(), at: 1_795_000_000.4).split(separator: "\n")
    for line in [
      "granary_up 1", "granary_asked_timestamp_seconds 1795000000", "granary_colour 2",
      "granary_shards 8", "granary_shards_served 4", "granary_shards_with_fewer_copies 3",
      "granary_reason{topic=\"lost\"} 1", "granary_reason{topic=\"damage\"} 0",
      "granary_worker_lost{worker=\"b\"} 1", "granary_worker_disk_free_bytes{worker=\"b\"} 5",
      "granary_worker_trainers_lost_total{worker=\"b\"} 7",
      "granary_refused_frames_total{node=\"b\",reason=\"malformed\"} 1",
      "granary_refused_frames_total{node=\"coordinator\",reason=\"no key\"} 2",
    ] {
      #expect(lines.contains(line[...]), "\(line)")
    }
    #expect(StatusMetrics.textOfSilence(at: 5).contains("granary_up 0\n"))
  }
}
