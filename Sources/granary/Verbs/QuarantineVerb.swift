import ClientNode
import CommandLineArguments
import Demand
import FoundationEssentials
import Messaging

/// `granary quarantine`: the SKUs that models could not take, and what is to become of them.
struct QuarantineVerb: Command {
  static let name = "quarantine"
  static let abstract = "List the SKUs in quarantine, have them tried again, or let them go."
  static let discussion = """
    A SKU in quarantine is forecast by the fallback. One that a model could not take (no usable \
    data) is tried in every training. One that took its trainer down (a trap, a hang, too much \
    memory) is held: each try costs a restart, the deadline of a hang, and the work of up to \
    fifteen others again. Trainings leave it out until its past is corrected, its history is \
    longer by a quarter and four weeks, it is trained with other models or another season, or \
    somebody asks for another try.
    """
  static let examples = [
    Example("granary quarantine list", "Which, why, since which run, and what trainings do.")
  ]
  static let subcommands: [any Command.Type] = [
    QuarantineListVerb.self, QuarantineRetryVerb.self, QuarantineReleaseVerb.self,
  ]

  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    try QuarantineListVerb.show(sku: nil, reason: nil, held: false, json: false, cluster)
  }
}

/// `granary quarantine list`.
struct QuarantineListVerb: Command {
  static let name = "list"
  static let abstract = "List the SKUs in quarantine, with the reasons."
  static let discussion = """
    "held" is left out of trainings, "retry" is tried in the next one because somebody asked for \
    it, "tried" is tried in each. The day is the last one of the history that it failed on.
    """
  static let examples = [
    Example("granary quarantine list", "All of them."),
    Example("granary quarantine list --reason memory --held", "Those that need too much memory."),
    Example("granary quarantine list --json", "A JSON object a line."),
  ]

  @Option("TEXT", help: "Only SKUs whose name has this in it.") var sku: String?
  @Option("TEXT", help: "Only those whose reason has this in it.") var reason: String?
  @Flag(help: "Only those that trainings leave out.") var held: Bool
  @Flag(help: "Print JSON, one object a line.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    try Self.show(sku: sku, reason: reason, held: held, json: json, cluster)
  }

  static func show(
    sku: String?, reason: String?, held: Bool, json: Bool, _ cluster: ClusterOptions
  ) throws -> ExitCode {
    let stop = try Interruption().check("interrupted; the list is incomplete")
    var rows = QuarantineRows(asJSON: json)
    try QuarantineClient(try cluster.client(as: .observer)).read { row throws(ClientError) in
      try stop()
      guard sku.map({ row.sku.description.contains($0) }) ?? true,
        reason.map({ row.entry.reason.contains($0) }) ?? true, !held || row.entry.isHeld
      else { return }
      try rows.add(row)
    }
    try rows.finish(isFiltered: sku != nil || reason != nil || held)
    return .success
  }
}

/// What the verbs that change the quarantine have in common.
struct QuarantineChoice: OptionGroup {
  static let title = "Which"

  @Option("FILE", help: "More SKUs, one a line; - is standard input.") var input: Path?
  @Flag(help: "All SKUs in quarantine.") var all: Bool

  /// The SKUs; nothing for all.
  func skus(_ words: [String], _ verb: String) throws -> [SKU]? {
    if all {
      guard words.isEmpty, input == nil else {
        throw ArgumentError.contradiction("--all and SKUs exclude each other; leave one out")
      }
      return nil
    }
    var names = words
    if let input {
      let path = input.isStandardStream ? "/dev/stdin" : input.description
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw ClientError.badFile(
          path: input.description, reason: "cannot be read as UTF-8; it needs one SKU a line")
      }
      names += text.split(whereSeparator: \.isNewline).map(String.init)
    }
    guard !names.isEmpty else {
      throw ArgumentError.contradiction(
        "`granary quarantine \(verb)` needs SKUs, as words or by --input FILE, or --all")
    }
    return try names.map { try SKU($0) }
  }

  /// Carries a change out and says what came of it; fails where it was about nothing that was
  /// named.
  static func change(
    _ action: QuarantineUpdate.Action, _ skus: [SKU]?, json: Bool, _ cluster: ClusterOptions
  ) throws -> ExitCode {
    let stop = try Interruption().check(
      "interrupted; what was changed stays so, and the same command does the rest")
    let change = try QuarantineClient(try cluster.client(as: .operator))
      .change(action, skus, stop: stop)
    if json {
      var text = JSONText()
      text.object { json in
        json.member("changed", change.count)
        json.member("missing", change.missing.map(\.description))
      }
      text.newline()
      try Terminal.standardOutput.write(text.drain())
    } else {
      let count = Readable.grouped(change.count, "SKU", "SKUs")
      let sentence =
        switch action {
        case .retry: "\(count) will be tried in the next training"
        case .release: "\(count) let go from quarantine"
        }
      try Terminal.standardOutput.write(sentence + "\n")
      for sku in change.missing {
        try Terminal.standardError.write("granary: \"\(sku)\" is not in quarantine\n")
      }
    }
    let isVain = skus != nil && change.count == 0 && !change.missing.isEmpty
    return isVain ? .failure : .success
  }
}

/// `granary quarantine retry`.
struct QuarantineRetryVerb: Command {
  static let name = "retry"
  static let abstract = "Have SKUs in quarantine tried in the next training."
  static let discussion = """
    Until then the fallback forecasts them. One that fails again is held again.
    """
  static let examples = [
    Example("granary quarantine retry --all", "All, after the reason was mended.")
  ]

  @Argument("SKU", help: "The SKUs.") var skus: [String]
  var choice = QuarantineChoice()
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    try QuarantineChoice.change(.retry, try choice.skus(skus, Self.name), json: json, cluster)
  }
}

/// `granary quarantine release`.
struct QuarantineReleaseVerb: Command {
  static let name = "release"
  static let abstract = "Take the entries of SKUs away that are known to be harmless."
  static let discussion = """
    Nothing is left of why they were in quarantine: the next forecast goes by the model that they \
    have, which is the fallback until the next training, and trainings try them.
    """
  static let examples = [
    Example("granary quarantine release --all", "A clean slate.")
  ]

  @Argument("SKU", help: "The SKUs.") var skus: [String]
  var choice = QuarantineChoice()
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    try QuarantineChoice.change(.release, try choice.skus(skus, Self.name), json: json, cluster)
  }
}
