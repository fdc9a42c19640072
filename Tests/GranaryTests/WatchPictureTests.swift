import CommandLineArguments
import Coordination
import FoundationEssentials
import Testing

@testable import granary

@Suite("The picture of status --watch")
struct WatchPictureTests {
  private static func node(_ name: String, state: String = "serving", batches: Int = 0) -> String {
    """
    {"name": "\(name)", "state": "\(state)", "endpoint": "tcp://x", "heardSecondsAgo": 0.2,
     "shards": 8, "skus": 1000, "unitsInHand": 2, "batchesApplied": \(batches),
     "databaseBytes": 5000000, "diskFreeBytes": 90000000000, "refusedFrames": 0, "refusals": {},
     "trainersLost": 0, "trouble": ""}
    """
  }

  private static func run(_ number: Int, phase: String = "running", done: Int = 5) -> String {
    """
    {"run": \(number), "kind": "train", "phase": "\(phase)", "asOf": "2026-11-19",
     "unitsDone": \(done), "unitsInAll": 10, "skusDone": \(done * 100), "rounds": 0,
     "elapsedSeconds": 4, "skusPerSecond": 125, "secondsLeft": 4, "quarantined": 1,
     "quarantine": {"绿茶-250g": "trapped"}, "fellBack": 0, "trouble": ""}
    """
  }

  private static func status(
    _ nodes: [String], runs: [String] = [], uptime: Double = 60, events: Int = 30
  ) throws -> ClusterStatus {
    let told = (0..<events).map {
      "{\"secondsAgo\": \($0), \"severity\": \"info\", \"text\": \"event \($0)\", \"times\": 1}"
    }
    let json = """
      {"cluster": "c1", "colour": "green", "moves": 0, "nodes": [\(nodes.joined(separator: ","))],
       "placementVersion": 1, "reasons": [], "refusedFrames": {},
       "runs": [\(runs.joined(separator: ","))], "servedShards": 16, "shards": 16,
       "uptimeSeconds": \(uptime), "events": [\(told.joined(separator: ","))]}
      """
    return try JSONDecoder().decode(ClusterStatus.self, from: Data(json.utf8))
  }

  private static func picture(
    _ status: ClusterStatus, lost: (seconds: Double, reason: String)? = nil
  ) -> WatchPicture {
    var rates = WatchRates()
    rates.take(status)
    return WatchPicture(
      status: status, rates: rates, ageSeconds: lost?.seconds ?? 0, lost: lost, time: "12:00:00",
      intervalSeconds: 1)
  }

  private static let nowhere = Terminal(-1, "nowhere")

  @Test("fills any screen exactly, and no line is wider than it")
  func sizes() throws {
    let full = try Self.status(
      (1...40).map { Self.node("worker-\($0)") }, runs: [Self.run(3), Self.run(2, phase: "done")])
    for picture in [Self.picture(full), Self.picture(try Self.status([], events: 0))] {
      for (columns, rows) in [(80, 24), (120, 40), (60, 10), (30, 5), (10, 2), (1, 1), (200, 90)] {
        let lines = picture.lines(columns: columns, rows: rows)
        #expect(lines.count == rows, "\(columns)x\(rows)")
        for line in lines {
          let text = line.rendered(columns: columns, for: Self.nowhere)
          #expect(DisplayWidth.of(text) <= columns)
        }
      }
    }
  }

  @Test("shows workers, the run at work with a bar, quarantine and the last events")
  func content() throws {
    let status = try Self.status(
      [Self.node("worker-1")], runs: [Self.run(4, done: 0), Self.run(3)])
    let lines = Self.picture(status).lines(columns: 80, rows: 24).map(\.text)
    #expect(lines[0].hasPrefix("GREEN  all is well"))
    #expect(lines[0].contains("12:00:00"))
    #expect(lines.contains { $0.hasPrefix("worker-1") && $0.contains("serving") })
    #expect(lines.contains { $0.contains("\(ProgressText.bar(0.5, columns: 20)) 50 %") })
    #expect(lines.contains { $0.contains("4  train  waits its turn") })
    #expect(lines.contains("绿茶-250g: trapped"))
    #expect(lines.contains { $0.hasSuffix("event 0") })
    #expect(lines.last?.hasSuffix("q quits") == true)
  }

  @Test("keeps those that need a look where not all workers fit")
  func needsALook() throws {
    let nodes = (1...40).map { Self.node("worker-\($0)", state: $0 == 33 ? "lost" : "serving") }
    let lines = Self.picture(try Self.status(nodes)).lines(columns: 80, rows: 16).map(\.text)
    #expect(lines.contains { $0.hasPrefix("worker-33") && $0.contains("lost") })
    #expect(lines.contains { $0.contains("more workers") })
  }

  @Test("leaves columns out where there is no room, not letters")
  func narrow() throws {
    let lines = Self.picture(try Self.status([Self.node("worker-1")])).lines(columns: 40, rows: 12)
    let worker = try #require(lines.map(\.text).first { $0.hasPrefix("worker-1") })
    #expect(worker.contains("serving"))
    #expect(!worker.contains("\u{2026}"))
  }

  @Test("keeps the last picture while nobody answers, and says since when and why")
  func lost() throws {
    let status = try Self.status([Self.node("worker-1")])
    let lines = Self.picture(status, lost: (72, "nobody listens")).lines(columns: 80, rows: 24)
    #expect(lines[0].text == "NO ANSWER for 1m 12s, trying again: nobody listens")
    #expect(lines[1].text.hasPrefix("was "))
    #expect(lines.contains { $0.text.hasPrefix("worker-1") })
  }

  @Test("tells rates by what changed, and not across a restart")
  func rates() throws {
    var rates = WatchRates()
    for second in 0...4 {
      rates.take(
        try Self.status(
          [Self.node("a", batches: 10 * second), Self.node("b", batches: 30 - second)],
          runs: [Self.run(3, done: second)], uptime: 60 + Double(second)))
    }
    #expect(rates.batches(of: "a") == 10)
    #expect(rates.batches(of: "b") == 0, "it was started again and counts from nothing")
    #expect(rates.batches == 10)
    #expect(rates.units == 1)
    #expect(rates.skus == 100)
    rates.take(try Self.status([Self.node("a", batches: 3)], uptime: 1))
    #expect(rates.batches == 0)
    #expect(rates.units == 0)
  }
}
