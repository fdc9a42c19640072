import FoundationEssentials
import Glibc
import Settings
import TestSupport
import Testing
import Threading

@testable import CommandLineArguments
@testable import granary

/// Every example of every verb, carried out as it stands by a shell, in a folder that holds what
/// the examples name: an example that does not work is worse than none.
@Suite("The examples of help", .serialized)
struct ExamplesTests {
  /// A command line, and the verb whose help shows it.
  struct Line: Sendable, CustomStringConvertible {
    var verb: String
    var words: String
    var description: String { words }
  }

  /// Those that wait for more to do until they are told to stop.
  private static let lasting = ["granary up", "granary coordinator", "granary worker", "--watch"]
  /// What has to be done before other things can be; verbs that are not listed come last.
  private static let order = ["sample", "keys", "ingest", "train", "forecast", "allocate"]
  /// Models that fit at once, also in a build for debugging.
  private static let environment = ["GRANARY_TRAINING_MODELS": "snaive,croston,tsb"]

  private static func lines(of command: any Command.Type, verb: String) -> [Line] {
    command.examples.map { Line(verb: verb, words: $0.line) }
      + command.subcommands.flatMap { lines(of: $0, verb: verb) }
  }

  static let all: [Line] = {
    let own = Program.group.commands.flatMap { lines(of: $0, verb: $0.name) }
    let overview = Program.group.examples.map { example in
      let words = example.line.split(separator: " ").map(String.init)
      return Line(verb: words.count > 1 ? words[1] : "", words: example.line)
    }
    return own + overview
  }()

  private static func lasts(_ line: Line) -> Bool { lasting.contains { line.words.contains($0) } }

  /// In the order in which they can work.
  private static var brief: [Line] {
    let ranked = all.filter { !lasts($0) }.enumerated().map { place, line in
      (order.firstIndex(of: line.verb) ?? order.count, place, line)
    }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }

  @Test("are there for every verb that people use")
  func present() {
    func check(_ command: any Command.Type, _ path: String) {
      let name = "\(path)\(command.name)"
      #expect(!command.examples.isEmpty, "\(name) has no example")
      for example in command.examples {
        #expect(example.line.contains("granary \(name)"), "\(example.line) is not of \(name)")
        #expect(example.meaning.hasSuffix("."))
      }
    }
    for command in Program.group.commands where !command.isInternal {
      check(command, "")
      for below in command.subcommands { check(below, "\(command.name) ") }
    }
  }

  /// A cluster in a folder, and the files that examples name.
  private final class Stage {
    let folder: TemporaryFolder
    private let up: ChildProcess

    init() async throws {
      folder = try TemporaryFolder()
      let command = try Stage.command(
        "granary up --workers 2 --set cluster.shards=4", in: folder, "up")
      up = try Nursery.start(command)
      let (folder, up) = (folder, up)
      let isReady = await eventually {
        try text(folder.file("up.out")).contains("ready: ") || !up.isRunning
      }
      try #require(isReady && up.isRunning, "\((try? text(folder.file("up.err"))) ?? "")")
    }

    /// A shell that carries a line out in the folder, its output in files of this name.
    static func command(
      _ line: String, in folder: TemporaryFolder, _ name: String
    ) throws -> ChildProcess.Command {
      let program = URL(filePath: Binary.path).deletingLastPathComponent().path
      var command = ChildProcess.Command(
        executable: "/bin/bash", name: "bash",
        arguments: [
          "-c",
          "set -o pipefail; cd '\(folder.path)' && PATH='\(program)':$PATH && "
            + (lasting.contains { line.contains($0) } && !line.contains(">") ? "exec " : "") + line,
        ])
      command.environment = ChildProcess.currentEnvironment
        .filter { !$0.key.hasPrefix("GRANARY_") }.merging(environment) { $1 }
      command.standardOutput = .file(folder.file("\(name).out"))
      command.standardError = .file(folder.file("\(name).err"))
      return command
    }

    /// Carries a line out; the complaint if it fails.
    func complaint(_ line: String) throws -> String? {
      let name = "line"
      for end in ["out", "err"] { unsafe unlink(folder.file("\(name).\(end)")) }
      let process = try Nursery.start(try Self.command(line, in: folder, name))
      // Far more than any of them takes.
      if process.wait(timeoutMilliseconds: 300_000) == nil { process.kill(SIGKILL) }
      let exit = process.wait()
      let errors = try text(folder.file("line.err"))
      return exit == .code(0) ? nil : "\(line): \(exit): \(errors)"
    }

    deinit {
      up.kill(SIGINT)
      if up.wait(timeoutMilliseconds: 10_000) == nil { up.kill(SIGKILL) }
      up.wait()
    }
  }

  /// A made-up marketplace of any size would do, and a small one is there at once.
  private static func small(_ line: Line) -> String {
    guard line.verb == "sample" else { return line.words }
    var words = line.words.split(separator: " ").map(String.init)
    for (option, value) in [("--skus", "12"), ("--warehouses", "2"), ("--days", "120")] {
      if let place = words.firstIndex(of: option), place + 1 < words.count {
        words[place + 1] = value
      } else {
        words += [option, value]
      }
    }
    return words.joined(separator: " ")
  }

  /// What examples name and no other example makes.
  private func furnish(_ stage: Stage) throws {
    let folder = stage.folder
    var series = "unique_id,ds,y\n"
    var known = "unique_id,ds,price\n"
    for (number, name) in ["a", "b"].enumerated() {
      for step in 0..<70 {
        let (month, day) = step < 31 ? (1, step) : step < 59 ? (2, step - 31) : (3, step - 59)
        let date = "2026-0\(month)-\(day < 9 ? "0" : "")\(day + 1)"
        if step < 50 { series += "\(name),\(date),\(step % (7 - 4 * number))\n" }
        known += "\(name),\(date),\(number + step % 5)\n"
      }
    }
    try write(series, folder.file("y.csv"))
    try write(series, folder.file("sales.csv"))
    try write(known, folder.file("x.csv"))
    try write("unique_id,category\na,toys\nb,books\n", folder.file("items.csv"))
    try write("event,first_day\nfair,2026-02-03\nfair,2026-03-03\n", folder.file("events.csv"))
    try write("unique_id,ds,y\na,2026-01-01,3\n", folder.file("m5.csv"))
    try write("SKU-000001\nSKU-000002\n", folder.file("skus.txt"))
    try write(
      "{ name: \"week-47\", demand: [{ factor: 1.8 }], cash: 0.5 }", folder.file("week-47.json5"))
    for line in [
      "mkdir tables && cp sample/*.csv tables && rm tables/sales.csv",
      "printf 'sku,location,date,units\\nA,B,2026-11-20,1\\n' | gzip > orders.csv.gz",
      "gzip -k y.csv",
    ] {
      #expect(try stage.complaint(line) == nil)
    }
  }

  @Test("work as they stand on the sample")
  func work() async throws {
    let stage = try await Stage()
    var isFurnished = false
    var hasForecasts = false
    for line in Self.brief {
      if !hasForecasts, line.verb == "allocate" {
        let export = "granary export forecasts --cumulative --output tables/forecasts.csv"
        #expect(try stage.complaint(export) == nil)
        hasForecasts = true
      }
      if !isFurnished, line.verb != "sample" {
        try furnish(stage)
        isFurnished = true
      }
      let complaint = try stage.complaint(Self.small(line))
      #expect(complaint == nil)
      // Plans are compared with that of a scenario.
      if line.words == "granary allocate" {
        #expect(try stage.complaint("granary allocate --scenario week-47.json5") == nil)
      }
    }
  }

  @Test("that last begin to work, and end when they are told to", arguments: all.filter(lasts))
  func last(_ line: Line) async throws {
    let folder = try TemporaryFolder()
    // A coordinator and a worker need keys, and a worker and a watch a cluster.
    let isNode = line.words.hasPrefix("granary coordinator") || line.verb == "worker"
    var up: ChildProcess?
    if line.verb == "status" {
      up = try Nursery.start(try Stage.command("granary up --workers 1", in: folder, "up"))
    } else if isNode {
      let cluster = ClusterFolder(path: folder.file("cluster"))
      try KeysVerb.provision(cluster, workers: ["worker-1"])
      let second = ["keys", "add", "coordinator-2", "--role", "coordinator"]
      let added = try Binary.run(second + ["--cluster", cluster.path])
      try #require(added.exit == .code(0))
    }
    if line.verb == "worker" {
      up = try Nursery.start(
        try Stage.command("granary coordinator --cluster cluster", in: folder, "up"))
    }
    defer {
      up?.kill(SIGINT)
      up?.wait()
    }
    if up != nil {
      let isThere = await eventually {
        try text(folder.file("up.out")).contains("ready: ")
          || text(folder.file("up.err")).contains("listening")
      }
      try #require(isThere)
    }
    let words = line.words.hasSuffix(" &") ? String(line.words.dropLast(2)) : line.words
    let process = try Nursery.start(try Stage.command(words, in: folder, "line"))
    let hasBegun = await eventually {
      let said =
        try text(folder.file("line.out")) + text(folder.file("line.err"))
        + ((try? text(folder.file("status.ndjson"))) ?? "")
      return ["ready: ", "listening", "joined", "GREEN", "YELLOW", "\"colour\""].contains {
        said.contains($0)
      }
    }
    #expect(hasBegun, "\(line): \((try? text(folder.file("line.err"))) ?? "")")
    // A shell in between would end without passing the signal on.
    let number = try text("/proc/\(process.processID)/task/\(process.processID)/children")
      .split(separator: " ").first.flatMap { Int32($0) }
    if words.contains(">"), let number { kill(number, SIGINT) } else { process.kill(SIGINT) }
    let hasEnded = await eventually { !process.isRunning }
    #expect(hasEnded)
    if !hasEnded { process.kill(SIGKILL) }
    let exit = process.wait()
    #expect(exit == .code(0) || exit == .code(130), "\(line): \(exit)")
  }
}
