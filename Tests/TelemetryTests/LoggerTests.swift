import Glibc
import TestSupport
import Testing
import Threading

@testable import Telemetry

@Suite("Logger")
struct LoggerTests {
  /// The lines that `body` logs.
  private func lines(
    level: LogLevel = .info, _ body: (Logger, LogSink) throws -> Void
  ) throws -> [String] {
    let folder = try TemporaryFolder()
    let file = unsafe open(folder.file("log"), O_RDWR | O_CREAT, 0o600)
    defer { close(file) }
    let sink = LogSink(descriptor: file, level: level)
    try body(Logger("store", sink: sink), sink)
    var bytes = [UInt8](repeating: 0, count: 4 << 20)
    let count = unsafe pread(file, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return text.split(separator: "\n").map(String.init)
  }

  @Test("A record is time, level, component, message and fields on one line")
  func format() throws {
    let line = try #require(
      try lines { logger, _ in
        logger.warning("shard moved", ["shard": 17, "to": "berlin 2", "why": "a=\"b\""])
      }.first)
    let rest = line.drop { $0 != " " }
    #expect(rest == " warning store shard moved shard=17 to=\"berlin 2\" why=\"a=\\\"b\\\"\"")
    #expect(line.prefix { $0 != " " }.count == "2026-11-20T03:24:13.071Z".count)
  }

  @Test("The time is ISO 8601 in UTC")
  func time() {
    #expect(Timestamp.text(seconds: 0, milliseconds: 7) == "1970-01-01T00:00:00.007Z")
    #expect(Timestamp.text(seconds: 1_709_210_096, milliseconds: 70) == "2024-02-29T12:34:56.070Z")
  }

  @Test("A hostile value cannot forge a second record")
  func injection() throws {
    let found = try lines { logger, _ in
      logger.info("sku\nrefused", ["sku": "x\n2026-01-01T00:00:00.000Z error store gone\u{1B}[2J"])
    }
    #expect(found.count == 1)
    #expect(found.first?.contains("\u{1B}") == false)
  }

  @Test("Below the level nothing is written and nothing is even built")
  func levels() throws {
    let built = Locked(0)
    func costly() -> String {
      built.withLock { $0 += 1 }
      return "costly"
    }
    let found = try lines { logger, sink in
      logger.debug(costly(), ["field": costly()])
      sink.level = .debug
      logger.debug(costly())
      sink.level = .off
      logger.error(costly())
    }
    #expect(found.count == 1)
    #expect(built.withLock { $0 } == 1)
  }

  @Test("Records of several threads never mix")
  func threads() throws {
    let found = try lines { logger, _ in
      let threads = try (0..<4).map { index in
        try Thread(name: "log-\(index)") {
          for number in 0..<500 { logger.info("m", ["thread": index, "number": number]) }
        }
      }
      for thread in threads { thread.join() }
    }
    #expect(found.count == 2_000)
    #expect(found.allSatisfy { $0.contains(" info store m thread=") })
  }

  @Test("A sink that cannot be written to counts what it lost")
  func lost() {
    let sink = LogSink(descriptor: -1)
    Logger("store", sink: sink).info("gone")
    #expect(sink.lostRecords == 1)
  }
}
