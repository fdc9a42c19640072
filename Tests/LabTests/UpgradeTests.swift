import Testing

@testable import lab

@Suite("Upgrades in the lab")
struct UpgradeTests {
  static let present = BuiltProgram(
    path: "/now/granary", saying: "granary 0.2.0 (protocol 6, built for x86-64-v4)\n")
  static let before = BuiltProgram(
    path: "/then/granary", saying: "granary 0.1.0 (protocol 5, built for x86-64-v4)\n")

  static func installation(isBefore: Bool = true) throws -> Installation {
    let older = try #require(before)
    return Installation(try #require(present), before: isBefore ? older : nil)
  }

  @Test("know the protocol that a program says it speaks")
  func programs() {
    #expect(Self.present?.newestProtocol == 6)
    #expect(Self.present?.words == "granary 0.2.0 (protocol 6, built for x86-64-v4)")
    for text in ["", "granary 0.2.0\n", "granary (protocol six, built)", "(protocol 999999999, )"] {
      #expect(BuiltProgram(path: "", saying: text) == nil, "\(text)")
    }
  }

  @Test("go from worker to worker, and come to the coordinator last")
  func order() throws {
    let installation = try Self.installation()
    let workers = Array(Nodes.workers.dropLast())
    var upgraded: [String] = []
    while let name = installation.older(among: workers).first {
      #expect(installation.path(of: name) == "/then/granary")
      installation.install(name, isOlder: false)
      #expect(installation.path(of: name) == "/now/granary")
      upgraded.append(name)
      #expect(installation.upgraded(among: workers) == upgraded)
    }
    #expect(upgraded == workers + [Nodes.coordinator])
    installation.install(workers[1], isOlder: true)
    #expect(installation.older(among: workers) == [workers[1]])
  }

  @Test("give commands with both programs until all nodes are upgraded")
  func commands() throws {
    let installation = try Self.installation()
    #expect(Set((0..<2).map { _ in installation.pathForCommand() }).count == 2)
    for name in Nodes.workers + [Nodes.coordinator] {
      installation.install(name, isOlder: false)
    }
    #expect(Set((0..<4).map { _ in installation.pathForCommand() }) == ["/now/granary"])
    #expect(installation.isUpgrading, "until somebody says that it is over")
    installation.finalise()
    #expect(!installation.isUpgrading)
  }

  @Test("are none where every node begins with the present program")
  func present() throws {
    let installation = try Self.installation(isBefore: false)
    #expect(installation.older(among: Nodes.workers).isEmpty)
    #expect(!installation.isUpgrading)
    #expect(installation.pathForCommand() == "/now/granary")
  }

  @Test("begin before their end, whichever of two steps of a name they are in")
  func places() throws {
    for name in ["upgrade", "upgrade-2", "downgrade-2"] {
      let scenario = try Scenario.read("\(ScenarioTests.folder)/\(name).json5")
      let end = try #require(scenario.steps.firstIndex(of: .finalise))
      for seed in 0..<100 as Range<UInt64> {
        let faults = FaultPlan(scenario, seed: seed).faults
        #expect(faults.count == scenario.faults.reduce(0) { $0 + $1.times })
        #expect(faults.allSatisfy { !$0.wish.kind.isOfAnUpgrade || $0.step < end })
        // Whatever happens in between, all are upgraded in the end.
        let last = faults.reduce(0) { older, fault in
          #expect((0...4).contains(older), "\(name) --seed \(seed)")
          return switch fault.wish.kind {
          case .upgrade: older + 1
          case .downgrade: older - 1
          default: older
          }
        }
        #expect(last == 4, "\(name) --seed \(seed)")
      }
      #expect(scenario.startsBefore)
      #expect(!scenario.undisturbed.startsBefore)
      #expect(scenario.undisturbed.steps == Scenario.usualSteps)
    }
  }

  @Test("go on when the status names nothing else")
  func health() {
    func status(_ words: String) -> SeenStatus? {
      SeenStatus(
        """
        {"colour":"yellow","shards":16,"servedShards":16,"moves":0,"nodes":[],"runs":[],
        "uptimeSeconds":1,"placementVersion":1,\(words)}
        """)
    }
    let upgrade = #""reasons":["an upgrade is under way"],"topics":["upgrade"]"#
    #expect(status(upgrade)?.needsNothingButUpgrade == true)
    let copies = #""reasons":["an upgrade","copies"],"topics":["upgrade","few-copies"]"#
    #expect(status(copies)?.needsNothingButUpgrade == false)
    // The program before knows no topics.
    #expect(status(#""reasons":[]"#)?.needsNothingButUpgrade == true)
    #expect(status(#""reasons":["copies"]"#)?.needsNothingButUpgrade == false)
  }

  @Test(
    "are refused where they cannot be",
    arguments: [
      ("faults: [{ fault: 'upgrade' }]", "before: true"),
      ("steps: ['ingest', 'finalise'], faults: []", "before: true"),
      ("before: true, faults: [{ fault: 'upgrade' }]", "finalise"),
      (
        "before: true, overlapping: true, steps: ['ingest', 'finalise'], faults: []",
        "one at a time"
      ),
      (
        "before: true, steps: ['finalise', 'ingest'], faults: [{ fault: 'upgrade' }]",
        "before finalise"
      ),
      (
        "before: true, steps: ['ingest', 'finalise', 'outdated'], "
          + "faults: [{ fault: 'kill', during: ['outdated'] }]", "during outdated"
      ),
    ])
  func refused(text: String, complaint: String) throws {
    let file = try TestFile("wrong.json5", "{ about: '', \(text) }")
    let error = #expect(throws: LabError.self) { try Scenario.read(file.path) }
    let sentence = error.map { "\($0)" } ?? ""
    #expect(sentence.contains(complaint), "\(sentence)")
  }

  @Test("begin with a commit that is named in full")
  func commit() throws {
    let file =
      ScenarioTests.folder.split(separator: "/", omittingEmptySubsequences: false)
      .dropLast().joined(separator: "/") + "/before"
    let names = TextFile.text(file).split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(names.count == 1)
    #expect(names.first?.wholeMatch(of: /[0-9a-f]{40}/) != nil)
  }
}
