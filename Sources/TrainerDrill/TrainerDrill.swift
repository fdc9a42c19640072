internal import Glibc
internal import TrainerNode

/// A trainer for tests: an item is a word and a number, and says what the trainer does; under
/// kind 9 it is given back unread.
@main
enum TrainerDrill {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    switch words.first {
    case "trainer":
      exit(TrainerProcess.run(arguments: Array(words.dropFirst())) { work($0, $1, $2) })
    case "lanes":
      exit(TrainerProcess.run(arguments: Array(words.dropFirst()), groupWork: lanes))
    case "parent": exit(ParentDrill.run(Array(words.dropFirst())))
    case "child": child(Array(words.dropFirst()))
    default: exit(64)
    }
  }

  /// Everything together and backwards; one answer too few when an item says so.
  @Sendable static func lanes(
    _ kind: UInt8, _ settings: [UInt8], _ items: [[UInt8]]
  ) -> [[UInt8]] {
    let results = items.map { Array($0.reversed()) }
    return items.contains(Array("short".utf8)) ? Array(results.dropLast()) : results
  }

  static func work(_ kind: UInt8, _ settings: [UInt8], _ item: [UInt8]) -> [UInt8] {
    if kind == 9 { return item }
    let words = String(decoding: item.prefix(256), as: UTF8.self).split(separator: " ")
    let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
    switch words.first {
    case "pid": return Array(String(getpid()).utf8)
    case "nice":
      return Array(String(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)).utf8)
    case "settings": return [kind] + settings
    case "sleep": usleep(UInt32(number) * 1_000)
    case "hang": while true { pause() }
    case "spin": while true {}
    case "trap": _ = [Int]()[number]
    case "recurse": return [UInt8(truncatingIfNeeded: depth(number))]
    case "exit": exit(Int32(number))
    case "kill": kill(getpid(), Int32(number))
    case "allocate": return [[UInt8](repeating: 1, count: number)[number / 2]]
    case "hoard": return [UInt8(truncatingIfNeeded: hoard())]
    case "result": return [UInt8](repeating: 7, count: number)
    case "garbage": garbage(number)
    case "close": close(3)
    case "close-hang":
      close(3)
      while true { pause() }
    case "fork-holder": holdChannel()
    case "once": if isFirst(item) { kill(getpid(), SIGSEGV) }
    case "hang-once": if isFirst(item) { while true { pause() } }
    default: break
    }
    return item
  }

  /// For the tests of child processes.
  private static func child(_ words: [String]) {
    switch words.first {
    case "exit": exit(Int32(words[1]) ?? 1)
    case "trap": _ = [Int]()[words.count]
    case "sleep": while true { pause() }
    case "print":
      print(words.dropFirst().joined(separator: " "))
      unsafe perror("message")
    default: exit(64)
    }
  }

  private static func depth(_ number: Int) -> Int { number < 0 ? 0 : depth(number + 1) + number }

  /// Allocates in small pieces until something gives.
  private static func hoard() -> Int {
    var pieces: [[UInt8]] = []
    while true { pieces.append([UInt8](repeating: 1, count: 100_000 + pieces.count % 2)) }
  }

  /// Writes past the trainer into its channel.
  private static func garbage(_ count: Int) {
    let bytes = [UInt8](repeating: 0xA5, count: count)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(3, $0.baseAddress, $0.count) }
  }

  /// Leaves a process behind that holds the channel open, and dies.
  private static func holdChannel() {
    _ = fcntl(3, F_SETFD, 0)
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sleep"), strdup("2"), nil]
    _ = unsafe posix_spawn(&child, "/bin/sleep", nil, nil, &arguments, nil)
    kill(getpid(), SIGSEGV)
  }

  /// Makes the file that the item names after its word. Says whether nobody has made it before.
  private static func isFirst(_ item: [UInt8]) -> Bool {
    let path = String(decoding: item.drop { $0 != UInt8(ascii: " ") }.dropFirst(), as: UTF8.self)
    let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    return descriptor >= 0
  }
}
