import CommandLineArguments
import FoundationEssentials
import Glibc
import Threading

/// `lab run`: lives scenarios through, in the name spaces that it was started in.
struct RunsVerb: Command {
  static let name = "run"
  static let abstract = "Live scenarios through, each from a seed."

  @Option("FILE", help: "The program.") var program: Path
  @Option("DIR", help: "A folder of the lab's own, for everything it makes.") var folder: Path
  @Option("DIR", help: "Where the scenarios are.") var scenarios: Path
  @Option("DIR", help: "The recipe for three hosts, for scenarios with several coordinators.")
  var recipe: Path?
  @Option("FILE", help: "Where a line is written for each run.") var ledger: Path
  @Option("N", .within(1...1_000_000), help: "Runs; 1 unless given, or one of each with --short.")
  var runs: Int?
  @Option("S", .atLeast(0), help: "The seed of the first run; the others follow.") var seed = 1
  @Option("NAME", help: "Only this scenario; may be repeated.") var scenario: [String]
  @Flag(help: "Only the scenarios that `ops/test` lives through.") var short: Bool
  @Option("FILE", help: "The program before, for scenarios that begin with it.") var before: Path?
  @Option("WORDS", help: "Why there is no program before.") var withoutBefore: String?

  func run() throws -> ExitCode {
    let stopping = Stopping()
    let signals = try Signals { _ in stopping.request() }
    defer { signals.stop() }
    let ground = try LabGround(
      program: program.description, before: before?.description, folder: folder.description,
      recipe: recipe?.description,
      stopping: stopping)
    let (chosen, leftOut) = try choose(ground)
    var work = LedgerWork(ground: ground, path: ledger.description)
    var summary = Summary()
    var error: (any Error)?
    do {
      for number in 0..<(runs ?? (short ? chosen.count : 1)) {
        let next = chosen[number % chosen.count]
        summary.add(try work.live(next, seed: UInt64(seed + number), number: number + 1))
      }
    } catch let found {
      // What was lived through until then is told all the same.
      error = found
    }
    try Terminal.standardOutput.write("\n" + summary.table)
    for sentence in leftOut { try Terminal.standardOutput.write("left out: \(sentence)\n") }
    try Terminal.standardOutput.write(summary.json(seed: UInt64(seed), leftOut: leftOut) + "\n")
    if let error { throw error }
    return summary.isClean ? .success : .failure
  }

  /// The scenarios to live through, and which are not and why.
  private func choose(_ ground: LabGround) throws -> (chosen: [Scenario], leftOut: [String]) {
    var chosen = try Scenario.chosen(
      in: scenarios.description, names: scenario, onlyShort: short)
    var leftOut: [String] = []
    func leaveOut(_ reason: String, where isImpossible: (Scenario) -> Bool) {
      let left = chosen.filter(isImpossible).map(\.name).joined(separator: ", ")
      if !left.isEmpty { leftOut.append("\(left): \(reason)") }
      chosen.removeAll(where: isImpossible)
    }
    leaveOut("this program keeps one copy of each shard") {
      $0.replication > 1 && ground.replicationSetting == nil
    }
    leaveOut(ground.obstacle) { $0.coordinators > 1 && ground.recipe == nil }
    if let obstacle = obstacleToUpgrading(ground) { leaveOut(obstacle, where: \.startsBefore) }
    guard !chosen.isEmpty else {
      throw LabError.scenario(
        file: scenarios.description, reason: "nothing is left: \(leftOut.joined(separator: "; "))")
    }
    return (chosen, leftOut)
  }

  /// Why nothing can be upgraded to the present program, if so.
  private func obstacleToUpgrading(_ ground: LabGround) -> String? {
    guard let before = ground.before else {
      return withoutBefore ?? "there is no program before; --before names one"
    }
    let newest = ground.program.newestProtocol
    guard (newest - 1...newest).contains(before.newestProtocol) else {
      return "\(before.words) is no neighbour of \(ground.program.words)"
    }
    return nil
  }
}
