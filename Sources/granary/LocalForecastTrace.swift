import CommandLineArguments
import Forecasting
import Glibc
import Tables
import WorkerNode

/// Says of each series what was chosen and why: one JSON document a line.
final class LocalForecastTrace {
  /// Lines are written in pieces of about this size.
  private static let pieceBytes = 1 << 16

  private let path: String
  private let descriptor: Int32
  private let terminal: Terminal
  private var json = JSONText()

  init(path: Path) throws(GranaryError) {
    self.path = path.description
    descriptor =
      path.isStandardStream
      ? STDOUT_FILENO
      : unsafe open(path.description, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .file(path: path.description, reason: Folder.reason(errno))
    }
    terminal = Terminal(descriptor, path.description)
  }

  deinit { if descriptor != STDOUT_FILENO { close(descriptor) } }

  func append(_ series: LongSeries, _ outcome: LocalForecast.Outcome) throws {
    let model = outcome.model
    json.object { json in
      json.member("unique_id", series.id)
      json.member("model", model.name.description)
      json.member("fit", model.summary)
      json.member("reason", model.reason)
      json.array("candidates") { json in
        for candidate in model.candidates { Self.write(candidate, to: &json) }
      }
      if let accuracy = model.accuracy {
        json.object("accuracy") { Self.write(accuracy, to: &$0) }
      } else {
        json.member("accuracy", String?.none)
      }
      if let details = model.details {
        json.object("arima") { ArimaJSON.write(details, to: &$0) }
      }
      if let details = model.recurrent {
        json.object("lstm") { RecurrentJSON.write(details, to: &$0) }
      }
      json.member("values", series.values.count)
      json.member("missing", series.values.count { !($0 >= 0) })
      json.member("seconds", outcome.seconds)
    }
    json.newline()
    if json.count >= Self.pieceBytes { try flush() }
  }

  func flush() throws(ArgumentError) { try terminal.write(json.drain()) }

  private static func write(_ candidate: Candidate, to json: inout JSONText) {
    json.object { json in
      json.member("model", candidate.name.description)
      switch candidate.outcome {
      case .scored(let score): json.member("score", score)
      case .untested: json.member("untested", true)
      case .refused(let refusal): json.member("refused", refusal.description)
      }
    }
  }

  private static func write(_ accuracy: Accuracy, to json: inout JSONText) {
    json.member("values", accuracy.count)
    for measure in accuracy.measures { json.member(measure.name, measure.value) }
  }
}
