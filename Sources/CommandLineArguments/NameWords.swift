/// The words of a Swift name, in lower case, for options and environment variables.
public enum NameWords {
  /// `horizonDays` is horizon, days; `trainerMemoryMiB` is trainer, memory, mib.
  ///
  /// A word starts where a capital follows a lower-case letter or a digit; a capital that ends the
  /// name does not, which keeps KiB and MiB whole.
  public static func split(_ name: String) -> [String] {
    var words: [String] = []
    var word = ""
    let letters = Array(name)
    for (index, letter) in letters.enumerated() {
      let startsWord =
        index > 0 && index < letters.count - 1 && letter.isUppercase
        && !letters[index - 1].isUppercase
      if startsWord {
        words.append(word)
        word = ""
      }
      word += letter.lowercased()
    }
    return word.isEmpty ? words : words + [word]
  }
}
