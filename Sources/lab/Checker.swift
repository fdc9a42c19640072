import Threading

/// Compares all that a cluster holds with what an undisturbed one holds after the same steps.
struct Checker {
  /// All that can be exported: every row, and every result of every SKU.
  static let tables = [
    "sales", "models", "quarantine", "forecasts", "policies", "purchase_orders", "transfers",
    "exceptions", "prices", "run",
  ]
  /// How long an export may take where damage has taken some shards away.
  private static let damagedLimitMilliseconds = 15_000

  let folder: String

  /// The file of a table.
  func file(_ table: String) -> String { "\(folder)/\(table).csv" }

  /// Exports all tables.
  func export(_ stage: Stage) throws {
    try TextFile.makeFolder(folder)
    for table in Self.tables {
      let cumulative = table == "forecasts" ? ["--cumulative"] : []
      let outcome = try stage.verbs.run(
        ["export", table, "--output", file(table)] + cumulative,
        limit: stage.scenario.damage == .found
          ? Self.damagedLimitMilliseconds : Verbs.limitMilliseconds)
      guard outcome.exit != .code(0) else { continue }
      let sentence = "\(table) cannot be exported: \(outcome.lastWords)"
      stage.scenario.damage == .found
        ? stage.journal.find(sentence) : stage.journal.violate(sentence)
    }
  }

  /// Says where this differs from an undisturbed run. What could not be exported was told before.
  func differences(from reference: Checker) -> [String] {
    Self.tables.compactMap { table in
      guard !TextFile.text(file(table)).isEmpty else { return nil }
      return Self.difference(
        table, TextFile.text(file(table)), from: TextFile.text(reference.file(table)))
    }
  }

  /// Says where a table differs from what it should be. The numbers of runs are passed over: a
  /// command that was given again may have made one more.
  static func difference(_ table: String, _ text: String, from wanted: String) -> String? {
    guard text != wanted else { return nil }
    let (lines, wantedLines) = (withoutRun(text), withoutRun(wanted))
    guard lines != wantedLines else { return nil }
    let missing = Set(wantedLines.dropFirst()).subtracting(lines).sorted()
    let other = Set(lines.dropFirst()).subtracting(wantedLines).sorted()
    var sentence =
      "\(table): of \(wantedLines.count - 1) rows \(missing.count) are missing or other ones"
    if let first = missing.first { sentence += "; wanted \(first)" }
    if let first = other.first { sentence += "; there is \(first)" }
    if missing.isEmpty, other.isEmpty {
      sentence =
        "\(table): \(lines.count) rows in another order, or twice; wanted \(wantedLines.count)"
    }
    return sentence
  }

  private static func withoutRun(_ text: String) -> [Substring] {
    let lines = text.split(separator: "\n")
    guard let head = lines.first,
      let place = head.split(separator: ",").firstIndex(of: "run")
    else { return lines }
    return lines.map { line in
      var fields = line.split(
        separator: ",", maxSplits: place + 1, omittingEmptySubsequences: false)
      guard fields.count > place else { return line }
      fields[place] = ""
      return Substring(fields.joined(separator: ","))
    }
  }
}
