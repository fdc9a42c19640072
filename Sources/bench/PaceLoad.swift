import ClientNode
import CommandLineArguments
import Glibc
import Threading

/// Asks one thing at a time, at the pace of people and dashboards, and measures how long each
/// takes.
struct PaceLoad: Command {
  static let name = "pace"
  static let abstract = "Ask for a SKU and for the status now and then."
  static let discussion = "Prints the latencies of both as one JSON object."

  /// Between two questions.
  private static let pauseMicroseconds: UInt32 = 2_000
  /// Every so many SKUs the status is asked for.
  private static let skusPerStatus = 10

  var load = LoadOptions()

  func run() throws -> ExitCode {
    let client = try load.client()
    var questioner = try Questioner(client, try load.readSKUs())
    let clock = MonotonicClock()
    var gets = LatencySamples()
    var statuses = LatencySamples()
    // The first question of each kind also makes the connection.
    _ = try questioner.askOne()
    _ = try client.statusText()
    let end = clock.nanoseconds + UInt64(load.seconds * 1e9)
    var turn = 0
    while clock.nanoseconds < end {
      turn += 1
      gets.add(try questioner.askOne())
      if turn % Self.skusPerStatus == 0 {
        let start = clock.nanoseconds
        _ = try client.statusText()
        statuses.add(clock.nanoseconds - start)
      }
      usleep(Self.pauseMicroseconds)
    }
    var json = JSONText()
    json.object { json in
      json.object("get") { gets.write(to: &$0) }
      json.object("status") { statuses.write(to: &$0) }
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }
}
