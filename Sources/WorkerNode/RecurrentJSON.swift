public import CommandLineArguments
public import Forecasting

/// All that is known of a series' network, as `explain` and the trace of a local forecast say it.
public enum RecurrentJSON {
  /// Writes the members of an object that is open.
  public static func write(_ details: RecurrentDetails, to json: inout JSONText) {
    let id = String(details.network, radix: 16)
    json.member("network", String(repeating: "0", count: 16 - id.count) + id)
    json.array("reads") { json in for column in details.columns { json.element(column) } }
    if let lesson = details.lesson {
      json.object("shared") { json in
        json.member("series", lesson.series)
        json.member("windows", lesson.windows)
        json.array("losses") { json in
          for loss in lesson.losses { json.element(Double(loss)) }
        }
        json.member("errorAgainstSameWeekdays", lesson.heldOut)
        json.member("errorAgainstSmoothing", lesson.againstSmoothing)
      }
    }
    if let own = details.own {
      json.object("own") { json in
        json.array("losses") { json in
          for loss in own.losses { json.element(Double(loss)) }
        }
        json.member("bestStep", own.bestStep)
        json.member("pull", Double(own.pull))
        json.member("gain", Double(own.gain))
        json.member("isUsed", own.isUsed)
        json.member("trouble", own.trouble)
      }
    }
  }
}
