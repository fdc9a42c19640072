internal import Glibc
internal import Threading
internal import TrainerNode

/// A whole worker's side in a process of its own, for tests that count or kill that process.
enum ParentDrill {
  static func run(_ words: [String]) -> Int32 {
    do {
      switch words.first {
      case "leaks": return try leaks()
      case "measure": return try measure()
      case "hang": return try hang(words.last ?? "")
      default: return 64
      }
    } catch {
      print(error)
      return 1
    }
  }

  private static func unit(_ texts: [String]) -> TrainingUnit {
    TrainingUnit(
      kind: 0, settings: [],
      items: texts.map { TrainingItem(name: $0, bytes: Array($0.utf8)) })
  }

  /// Lives through all that can happen to trainers, and has as many descriptors as before and no
  /// children.
  private static func leaks() throws -> Int32 {
    let before = openDescriptors()
    for _ in 0..<3 {
      var settings = TrainerSettings()
      settings.log = .null
      settings.itemSeconds = 0.05
      let crew = try TrainerCrew(settings: settings, seats: 2)
      let echo = (0..<40).map { "echo \($0)" }
      _ = try crew.process(unit(echo + ["trap"] + echo + ["exit 3", "garbage 100", "close"]))
      _ = try crew.process(unit(["hang"]))
      crew.dismissIdle()
      _ = try crew.process(unit(echo))
      crew.cancel()
      _ = try? crew.process(unit(echo))
      settings.executable = "/nowhere"
      _ = try? TrainerCrew(settings: settings).process(unit(echo))
      settings.executable = "/bin/false"
      _ = try? TrainerCrew(settings: settings).process(unit(echo))
    }
    let after = openDescriptors()
    print("descriptors before \(before), after \(after)")
    if before != after { return 2 }
    return waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD ? 0 : 3
  }

  private static func openDescriptors() -> Int {
    (0..<1_024).filter { fcntl($0, F_GETFD) >= 0 }.count
  }

  /// Prints what a unit of 256 items of 2 KB costs when the work is nothing.
  private static func measure() throws -> Int32 {
    let crew = try TrainerCrew(settings: TrainerSettings())
    let items = (0..<256).map {
      TrainingItem(name: "item-\($0)", bytes: [UInt8](repeating: UInt8($0), count: 2_048))
    }
    var times: [Duration] = []
    for _ in 0..<500 {
      let clock = ContinuousClock.now
      let outcomes = try crew.process(TrainingUnit(kind: 9, settings: [], items: items))
      times.append(ContinuousClock.now - clock)
      if outcomes != items.map({ .result($0.bytes) }) { return 2 }
    }
    print("first \(times[0])")
    times.sort()
    print("median \(times[250]), 95th percentile \(times[475]), worst \(times[499])")
    return 0
  }

  /// Tells the trainer's number through a file and works for ever.
  private static func hang(_ path: String) throws -> Int32 {
    let crew = try TrainerCrew(settings: TrainerSettings()) { event in
      guard case .started(let number) = event else { return }
      let text = Array("\(number)\n".utf8)
      let descriptor = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
      _ = unsafe text.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
    _ = try crew.process(unit(["hang"]))
    return 0
  }
}
