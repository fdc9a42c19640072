import CommandLineArguments
import FoundationEssentials
import Glibc

/// Lives runs through, one after the other, compares each with an undisturbed one, and writes what
/// came of it to the ledger.
struct LedgerWork {
  private let ground: LabGround
  private let path: String
  private var references: [[Step]: Reference] = [:]

  init(ground: LabGround, path: String) {
    self.ground = ground
    self.path = path
  }

  /// Lives a scenario through.
  mutating func live(_ scenario: Scenario, seed: UInt64, number: Int) throws -> RunReport {
    let reference = try reference(for: scenario)
    let folder = "\(ground.folder)/run-\(number)"
    let run = try LabRun(
      scenario, seed: seed, on: ground, in: folder, comparedWith: reference)
    var report = try run.live()
    (report.seed, report.number) = (seed, number)
    try append(report)
    try Terminal.standardOutput.write(Self.line(report))
    if !report.violations.isEmpty { try keep(folder, scenario, seed) }
    TextFile.remove(folder)
    return report
  }

  /// The undisturbed run with the same steps.
  private mutating func reference(for scenario: Scenario) throws -> Reference {
    let quiet = scenario.undisturbed
    if let known = references[quiet.steps] { return known }
    let folder = "\(ground.folder)/undisturbed-\(references.count + 1)"
    let run = try LabRun(quiet, seed: 0, on: ground, in: folder, comparedWith: nil)
    let report = try run.live()
    if let violation = report.violations.first { throw LabError.reference(violation) }
    let reference = Reference(
      milliseconds: report.milliseconds, values: report.values, tables: report.tables)
    references[quiet.steps] = reference
    try Terminal.standardOutput.write(Self.line(report))
    return reference
  }

  /// A line about a run, for people.
  private static func line(_ report: RunReport) -> String {
    let seconds = Readable.decimal(report.seconds, places: 1)
    var text = "\(report.scenario.name)"
    if report.number > 0 { text += " --seed \(report.seed)" }
    text +=
      ": \(seconds) s, \(report.reads) reads, the longest \(report.longestReadMilliseconds) ms"
    for fault in report.faults {
      let recovery = Readable.decimal(Double(fault.recoveryMilliseconds) / 1_000, places: 1)
      let held = Readable.decimal(Double(fault.heldMilliseconds) / 1_000, places: 1)
      text += "\n  \(fault.kind.rawValue) of \(fault.victim) in \(fault.step.rawValue): "
      text += "for \(held) s, felt for \(recovery) s"
      if let takeover = fault.takeover { text += ", \(takeover.words)" }
    }
    for find in report.finds { text += "\n  found: \(find)" }
    for violation in report.violations { text += "\n  VIOLATED: \(violation)" }
    return text + "\n"
  }

  /// Adds a line to the ledger.
  private func append(_ report: RunReport) throws(LabError) {
    var json = JSONText()
    report.write(
      to: &json, at: Date.now.ISO8601Format(), version: ground.program.words,
      before: report.scenario.startsBefore ? ground.before?.words : nil)
    let bytes = json.drainBytes()
    let file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(file) }
    guard file >= 0, unsafe write(file, bytes, bytes.count) == bytes.count else {
      throw .file(path: path, reason: "the run cannot be written down")
    }
  }

  /// Keeps what helps to understand a run that broke a promise, beside the ledger.
  private func keep(_ folder: String, _ scenario: Scenario, _ seed: UInt64) throws {
    let target = "\(path).failed/\(scenario.name)-\(seed)"
    try Shell.run(
      "rm -rf \(Shell.quoted(target)); mkdir -p \(Shell.quoted(target)); "
        + "cp -r \(Shell.quoted(folder))/logs \(Shell.quoted(folder))/tables "
        + "\(Shell.quoted(target)) || true")
    try Terminal.standardOutput.write("  what its nodes said is in \(target)\n")
  }
}
