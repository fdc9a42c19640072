import Glibc
import Simulator

/// Lives seeds through, names those that break a promise with the least that it takes, and says
/// what they met. The last line is JSON; the exit code is 1 when a promise was broken.
@main
struct Simulate {
  private static let usage = """
    usage: simulate [--seeds N] [--first S] [--threads N] [--failures N] \
    [--without KIND,...] [--faults N] [--story]
    """

  static func main() {
    var seeds: UInt64 = 1_000
    var first: UInt64 = 1
    var threads = UInt64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    var failures: UInt64 = 10
    var restriction = Restriction()
    var tellsStory = false
    var words = CommandLine.arguments.dropFirst()
    while let word = words.popFirst() {
      switch word {
      case "--seeds": seeds = number(words.popFirst(), after: word)
      case "--first": first = number(words.popFirst(), after: word)
      case "--threads": threads = number(words.popFirst(), after: word, from: 1, to: 1_024)
      case "--failures": failures = number(words.popFirst(), after: word, from: 1, to: 10_000)
      case "--faults": restriction.faults = Int(number(words.popFirst(), after: word, to: 1 << 40))
      case "--without": restriction.without = kinds(words.popFirst())
      case "--story": tellsStory = true
      default: refuse("unknown word \"\(word)\"")
      }
    }
    guard seeds <= UInt64.max - first else {
      refuse("there are no \(seeds) seeds from \(first) on")
    }
    if tellsStory { tell(first..<(first + seeds), restriction) }
    var plan = ManyLives.Plan(seeds: first..<(first + seeds), threadCount: Int(threads))
    plan.restriction = restriction
    plan.mostViolations = Int(failures)
    live(plan)
  }

  private static func live(_ plan: ManyLives.Plan) {
    let start = ContinuousClock.now
    var told = start
    let lives: ManyLives
    do {
      var known = 0
      lives = try ManyLives(plan) { soFar in
        for violation in soFar.violations.dropFirst(known) { print("violated: \(violation)") }
        known = soFar.violations.count
        guard ContinuousClock.now - told > .seconds(30) else { return }
        told = .now
        let rate = Double(soFar.count) / ((told - start) / .seconds(1))
        print("\(soFar.count) lives, \(soFar.violations.count) failed, \(rounded(rate)) a second")
        fflush(nil)
      }
    } catch {
      refuse("\(error)")
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("what was met                           times     lives")
    for line in lives.coverage.lines { print(line) }
    for violation in lives.violations { explain(violation, plan.restriction) }
    report(lives, first: plan.seeds.lowerBound, seconds: seconds)
    if !lives.violations.isEmpty { exit(1) }
  }

  /// Says what it takes to break a promise.
  private static func explain(_ violation: Violation, _ restriction: Restriction) {
    print("shrunk: \(violation)")
    let shrunk = Shrunk(violation, restriction)
    print("  by less: \(shrunk.violation)")
    print("  (found in \(shrunk.attempts) lives; lived again by: \(shrunk.command))")
    for line in shrunk.story { print("  | \(line.prefix(400))") }
  }

  private static func report(_ lives: ManyLives, first: UInt64, seconds: Double) {
    let hours = Double(lives.milliseconds / 36_000) / 100
    let rate = seconds > 0 ? rounded(Double(lives.count) / seconds) : 0
    print(
      "{\"seeds\": \(lives.count), \"first\": \(first), "
        + "\"failed\": \(lives.violations.count), \"faults\": \(lives.faults), "
        + "\"simulatedHours\": \(hours), "
        + "\"seconds\": \(rounded(seconds)), \"seedsPerSecond\": \(rate), "
        + "\"histories\": \"\(String(lives.history, radix: 16))\"}")
  }

  private static func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }

  /// Prints everything that happens, one life after the other, and ends.
  private static func tell(_ seeds: Range<UInt64>, _ restriction: Restriction) -> Never {
    var isBroken = false
    for seed in seeds {
      do {
        _ = try Scenario.run(seed: seed, restriction, tellsStory: true)
      } catch {
        print("violated: \(error)")
        isBroken = true
      }
    }
    exit(isBroken ? 1 : 0)
  }

  private static func kinds(_ text: String?) -> Set<FaultClass> {
    var kinds: Set<FaultClass> = []
    for name in (text ?? "").split(separator: ",") {
      guard let kind = FaultClass(name: String(name)) else {
        let known = FaultClass.allCases.map(\.name).joined(separator: ", ")
        refuse("there is no kind of fault \"\(name)\": \(known)")
      }
      kinds.insert(kind)
    }
    return kinds
  }

  private static func number(
    _ text: String?, after word: String, from least: UInt64 = 0, to most: UInt64 = .max
  ) -> UInt64 {
    guard let value = text.flatMap({ UInt64($0) }), (least...most).contains(value) else {
      refuse("\(word) needs a number, like \(word) 1000")
    }
    return value
  }

  private static func refuse(_ reason: String) -> Never {
    print("simulate: \(reason); \(usage)")
    exit(2)
  }
}
