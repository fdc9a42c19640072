import Glibc
import Simulator

/// `simulate [--seeds N] [--first S] [--story]`: lives seeds through on all cores, names those that
/// break a promise, and says what they met. The last line is JSON; the exit code is 1 when a
/// promise was broken.
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
    guard seeds <= UInt64.max - first else {
      refuse("there are no \(seeds) seeds from \(first) on")
    }
    let all = first..<(first + seeds)
    if tellsStory { tell(all) }
    let start = ContinuousClock.now
    let lives: ManyLives
    do {
      lives = try ManyLives(
        seeds: all, threadCount: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    } catch {
      refuse("\(error)")
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    for violation in lives.violations { print("violated: \(violation)") }
    print("what was met                       times     lives")
    for line in lives.coverage.lines { print(line) }
    report(lives, seconds: seconds)
    if !lives.violations.isEmpty { exit(1) }
  }

  private static func report(_ lives: ManyLives, seconds: Double) {
    let hours = Double(lives.milliseconds / 36_000) / 100
    let rate = seconds > 0 ? (Double(lives.seeds.count) / seconds * 10).rounded() / 10 : 0
    print(
      "{\"seeds\": \(lives.seeds.count), \"first\": \(lives.seeds.lowerBound), "
        + "\"failed\": \(lives.violations.count), \"simulatedHours\": \(hours), "
        + "\"seconds\": \((seconds * 10).rounded() / 10), \"seedsPerSecond\": \(rate), "
        + "\"histories\": \"\(String(lives.history, radix: 16))\"}")
  }

  /// Prints everything that happens, one life after the other.
  private static func tell(_ seeds: Range<UInt64>) {
    for seed in seeds { _ = try? Scenario.run(seed: seed, tellsStory: true) }
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
