import Glibc
import Simulator

/// `simulate [first seed] [count] [story]`: lives seeds through and names those that break a
/// promise; `story` tells everything that happens.
@main
struct Simulate {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    let first = arguments.first ?? 1
    let count = arguments.dropFirst().first ?? 200
    let tellsStory = CommandLine.arguments.contains("story")
    var failed = 0
    var milliseconds: Int64 = 0
    for seed in first..<(first + count) {
      do {
        milliseconds += try Scenario.run(seed: seed, tellsStory: tellsStory).milliseconds
      } catch {
        failed += 1
        print("violated: \(error)")
      }
    }
    let hours = Double(milliseconds / 36_000) / 100
    print("\(count - UInt64(failed)) passed, \(failed) failed")
    print("{\"seeds\": \(count), \"failed\": \(failed), \"simulatedHours\": \(hours)}")
    if failed > 0 { exit(1) }
  }
}
