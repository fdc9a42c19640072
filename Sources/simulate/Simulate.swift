import Glibc
import Simulator

/// `simulate [--seeds N] [--first S] [--story]`: lives seeds through and names those that break a
/// promise. The last line is JSON; the exit code is 1 when a promise was broken.
@main
struct Simulate {
  static func main() {
    var seeds: UInt64 = 1_000
    var first: UInt64 = 1
    var tellsStory = false
    var words = CommandLine.arguments.dropFirst()
    while let word = words.popFirst() {
      switch word {
      case "--seeds": seeds = number(words.popFirst(), after: word)
      case "--first": first = number(words.popFirst(), after: word)
      case "--story": tellsStory = true
      default: refuse("unknown word \"\(word)\"")
      }
    }
    var failed: UInt64 = 0
    var milliseconds: Int64 = 0
    var histories: UInt64 = 0
    for seed in first..<(first &+ seeds) {
      do {
        let result = try Scenario.run(seed: seed, tellsStory: tellsStory)
        milliseconds += result.milliseconds
        histories = histories &* 31 ^ result.history
      } catch {
        failed += 1
        print("violated: \(error)")
      }
    }
    let hours = Double(milliseconds / 36_000) / 100
    print(
      "{\"seeds\": \(seeds), \"first\": \(first), \"failed\": \(failed), "
        + "\"simulatedHours\": \(hours), \"histories\": \"\(String(histories, radix: 16))\"}")
    if failed > 0 { exit(1) }
  }

  private static func number(_ text: String?, after word: String) -> UInt64 {
    guard let value = text.flatMap({ UInt64($0) }) else {
      refuse("\(word) needs a number, like \(word) 1000")
    }
    return value
  }

  private static func refuse(_ reason: String) -> Never {
    print("simulate: \(reason); usage: simulate [--seeds N] [--first S] [--story]")
    exit(2)
  }
}
