import ClientNode
import CommandLineArguments
import FoundationEssentials
import Messaging
import Tables

/// `granary report`: how good the forecasts are, what is planned and what needs an eye.
struct ReportVerb: Command {
  static let name = "report"
  static let abstract = "Tell how good forecasts are, what is planned and what needs an eye."
  static let discussion = """
    Workers add up what they have, and only sums travel, so a report of millions of SKUs is as \
    large as one of hundreds. The page needs nothing beside itself: no scripts, no fonts, no \
    network; an earlier file stays until the new one is whole. Without --html a short form is \
    printed.
    """
  static let examples = [
    Example("granary report", "In short."),
    Example("granary report --html report.html", "A page with charts."),
  ]

  @Option("FILE", help: "Write a page; - is standard output.") var html: Path?
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let stop = try Interruption().check("interrupted; no report was written")
    let line = Progress()
    defer { line.clear() }
    let client = try cluster.client(as: .observer)
    let report = try ClusterReport(client) { done, shards throws(ClientError) in
      try stop()
      line.show(
        ProgressReading("reading", count: done, of: shards, ProgressReading.Unit("shard", "shards"))
      )
    }
    line.clear()
    guard let html else {
      try Terminal.standardOutput.write(ReportText(report).text)
      return .success
    }
    let target = try OutputTarget(path: html.description)
    try target.write(ReportPage.file(report, madeAt: Self.now))
    try target.publish()
    return .success
  }

  /// The minute, in the form of ISO 8601.
  private static var now: String {
    let text = Date().formatted(.iso8601)
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
  }
}
