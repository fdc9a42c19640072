/// Finds what somebody meant who misspelt a name.
public enum NearestName {
  /// The name nearest to `word`, when it is near enough to be proposed: at most a third of the
  /// letters wrong, or a quarter when `word` is meant as the start of exactly one name. Case does
  /// not count; of equally near names the first wins.
  public static func find(_ word: String, among names: some Sequence<String>) -> String? {
    let names = Array(names)
    let wanted = Array(word.lowercased())
    guard !wanted.isEmpty else { return nil }
    var best: (name: String, distance: Int)?
    for name in names {
      let letters = Array(name.lowercased())
      let limit = max(1, max(wanted.count, letters.count) / 3)
      let distance = distance(wanted, letters)
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    if let best { return best.name }
    let longer = names.filter { name in
      let start = Array(name.lowercased().prefix(wanted.count))
      return wanted.count >= 3 && distance(wanted, start) <= wanted.count / 4
    }
    return longer.count == 1 ? longer.first : nil
  }

  /// The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into
  /// the other (optimal string alignment; three rows of the table are kept).
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        var cost = min(previous[column + 1], current[column]) + 1
        cost = min(cost, previous[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, before[column - 1] + 1)
        }
        current.append(cost)
      }
      (before, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
