import CommandLineArguments
import Threading

/// What a status said at a moment, as far as it is about who leads.
struct LeaderSample: Equatable, Sendable {
  var at: Moment
  /// Since when the one that answered has been leading.
  var leadsSince: Moment
  var servesAll: Bool
  var colour: String
  var reasons: String
  /// Whether it says that it is not sure to lead still.
  var isUnsure: Bool
  var placementVersion: UInt64
  /// The run at work.
  var run: SeenStatus.Run?

  /// What a status says that came at a moment.
  init(_ status: SeenStatus, at moment: Moment) {
    at = moment
    leadsSince = moment + -Int64(status.uptimeSeconds * 1_000)
    servesAll = status.servesAll
    colour = status.colour
    reasons = status.reasons.joined(separator: "; ")
    isUnsure = status.topics?.contains("unsure-leader") ?? false
    placementVersion = status.placementVersion
    run = status.runs.first(where: \.isActive)
  }
}

/// How long it took until another coordinator led, from the begin of a fault.
struct Takeover: Equatable, Sendable {
  /// Until one answered that has been leading only since then.
  var ledMilliseconds: Int64
  /// Until it said that every shard is served.
  var servedMilliseconds: Int64?
  /// Until the run that was at work moved on under it: a unit more was done, or it was over.
  var movedOnMilliseconds: Int64?

  /// What the status, asked all the time, said between a fault and the next one; nothing where
  /// nobody took over.
  init?(from start: Moment, before horizon: Moment, _ samples: [LeaderSample]) {
    let new = samples.filter { $0.leadsSince > start && $0.at < horizon }
    guard let first = new.first else { return nil }
    ledMilliseconds = first.at - start
    servedMilliseconds = new.first(where: \.servesAll).map { $0.at - start }
    // What was at work when it happened, or is now: a run may have begun in between.
    let before = samples.last { $0.at <= start }?.run
    guard let before, let known = new.first(where: { $0.run?.run == before.run }) else {
      return
    }
    let moved = new.first { sample in
      guard let run = sample.run, run.run == before.run else { return sample.at > known.at }
      return run.unitsDone > known.run?.unitsDone ?? 0 || run.phase != known.run?.phase
    }
    movedOnMilliseconds = moved.map { $0.at - start }
  }

  /// What it says of itself, for people.
  var words: String {
    func seconds(_ milliseconds: Int64) -> String {
      Readable.decimal(Double(milliseconds) / 1_000, places: 1)
    }
    var words = "another one led after \(seconds(ledMilliseconds)) s"
    if let servedMilliseconds { words += ", served after \(seconds(servedMilliseconds)) s" }
    if let movedOnMilliseconds { words += ", moved on after \(seconds(movedOnMilliseconds)) s" }
    return words
  }

  /// Writes it as a member of a fault.
  func write(to json: inout JSONText) {
    json.object("takeover") { json in
      json.member("ledSeconds", Double(ledMilliseconds) / 1_000)
      json.member("servedSeconds", servedMilliseconds.map { Double($0) / 1_000 })
      json.member("movedOnSeconds", movedOnMilliseconds.map { Double($0) / 1_000 })
    }
  }
}
