import FuzzTargets
import Glibc

/// `fuzz`, as `ops/fuzz` uses it: writes seeds, runs a target, shows what an input does.
///
///     fuzz list
///     fuzz seeds TARGET FOLDER
///     fuzz run TARGET WORDS...       WORDS are libFuzzer's own
///     fuzz mutate TARGET SECONDS SEED
///     fuzz check TARGET FILE...
///
/// Built with `-sanitize=fuzzer -DCOVERAGE_GUIDED` it is guided by the code that inputs reach;
/// without, `mutate` changes seeds blindly. Exit code: 0 nothing found, 1 something, 2 wrong usage.
@main
struct Fuzz {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    do {
      switch words.first {
      case "list": for target in FuzzTarget.all { print("\(target.name)\t\(target.about)") }
      case "seeds": try writeSeeds(words.dropFirst(2).first)
      case "run": run(Array(words.dropFirst(2)))
      case "mutate": try mutate(words.dropFirst(2).compactMap { UInt64($0) })
      case "check": for path in words.dropFirst(2) { try check(path) }
      default: refuse("list, seeds, run, mutate or check")
      }
    } catch {
      print("found: \(error)")
      exit(1)
    }
  }

  /// The target that the second word names.
  static let target: FuzzTarget = {
    let name = CommandLine.arguments.dropFirst(2).first ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
      refuse("TARGET is one of " + FuzzTarget.all.map(\.name).joined(separator: ", "))
    }
    return target
  }()

  private static func refuse(_ usage: String) -> Never {
    print("fuzz: wanted: \(usage); see ops/fuzz --help")
    exit(2)
  }

  private static func writeSeeds(_ folder: String?) throws {
    guard let folder else { refuse("seeds TARGET FOLDER") }
    for (number, seed) in try target.seeds().enumerated() {
      guard let file = unsafe fopen("\(folder)/seed-\(number)", "w") else {
        refuse("a FOLDER that can be written")
      }
      let written = unsafe fwrite(seed, 1, seed.count, file)
      guard unsafe fclose(file) == 0, written == seed.count else { refuse("room in the folder") }
    }
  }

  private static func check(_ path: String) throws {
    guard let file = unsafe fopen(path, "r") else { refuse("a FILE that can be read") }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(file), byte >= 0 { bytes.append(UInt8(byte)) }
    unsafe fclose(file)
    let reader = target.readers[Int(bytes.first ?? 0) % target.readers.count]
    print("\(path): \(bytes.count) bytes, \(reader.name)")
    print("\(path): \(try target.check(bytes))")
  }

  /// Changes seeds blindly for some seconds.
  private static func mutate(_ numbers: [UInt64]) throws {
    guard numbers.count == 2 else { refuse("mutate TARGET SECONDS SEED") }
    var mutation = Mutation(seed: numbers[1], donors: try target.seeds())
    let end = time(nil) + Int(clamping: numbers[0])
    var (inputs, taken) = (0, 0)
    while time(nil) < end {
      for _ in 0..<256 {
        let input = mutation.next()
        do {
          if try target.check(input) == .taken { taken += 1 }
        } catch {
          print("input: \(input)")
          throw error
        }
      }
      inputs += 256
    }
    print("\(target.name): \(inputs) inputs, \(taken) taken, nothing found")
  }
}
