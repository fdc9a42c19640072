import ClientNode
import CommandLineArguments
import Threading
import WireProtocol

/// Reads forecasts as fast as they come: as `granary get` does, and in requests of fixed size.
struct ReadLoad: Command {
  static let name = "read"
  static let abstract = "Read forecasts as fast as they come."
  static let discussion = "Prints SKUs per second, and how many there were, as one JSON object."

  /// Requests under way in the measurements with plain frames.
  private static let requests = 64

  var load = LoadOptions()

  func run() throws -> ExitCode {
    let client = try load.client()
    let skus = try load.readSKUs()
    let clock = MonotonicClock()
    let reader = ForecastReader(client)
    let start = clock.nanoseconds
    var read = 0
    while Double(clock.nanoseconds - start) < load.seconds * 1e9 {
      try reader.read(skus) { _, record throws(ClientError) in
        if !record.series.isEmpty { read += 1 }
      }
    }
    let seconds = Double(clock.nanoseconds - start) / 1e9

    var questioner = try Questioner(client, skus)
    var json = JSONText()
    var all = read
    try json.object { json in
      json.member("readerSKUsPerSecond", Int(Double(read) / seconds))
      for size in [1, 16] {
        let done = try questioner.askMany(
          requests: Self.requests, skusPerRequest: size, seconds: load.seconds)
        all += done.skus
        json.member("framesOf\(size)SKUsPerSecond", Int(Double(done.skus) / done.seconds))
      }
      json.member("skus", all)
    }
    json.newline()
    try Terminal.standardOutput.write(json.drain())
    return .success
  }
}
