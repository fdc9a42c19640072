/// How many units were worked on in a run, and how many of them more than once: what workers with
/// `log.level` debug say when they begin one.
struct UnitCount: Equatable, Sendable {
  /// Different units.
  var units = 0
  /// How often one was begun that had been begun before.
  var again = 0

  /// What comes before a unit in a worker's log.
  static let words = "working on a unit"

  /// What the logs of all workers say.
  init(logs: [String] = []) {
    var seen: Set<Substring> = []
    for log in logs {
      for line in log.split(separator: "\n") where line.contains(Self.words) {
        guard let unit = line.split(separator: " ").first(where: { $0.hasPrefix("unit=") }) else {
          continue
        }
        if !seen.insert(unit).inserted { again += 1 }
      }
    }
    units = seen.count
  }
}
