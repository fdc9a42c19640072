import Testing

@testable import lab

@Suite("Scenarios of the lab")
struct ScenarioTests {
  /// The folder of the scenarios, from the place of this file.
  static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/cluster/lab/scenarios"

  @Test("in the repository can be read, hurt three times or more, and hurt in every way")
  func files() throws {
    let all = try Scenario.all(in: Self.folder)
    for scenario in all {
      let plan = FaultPlan(scenario, seed: 1)
      #expect(plan.faults.count >= 3, "\(scenario.name)")
      #expect(!scenario.about.isEmpty)
    }
    let kinds = Set(all.flatMap(\.faults).map(\.kind))
    #expect(kinds == Set(FaultKind.allCases))
    #expect(Set(all.map(\.replication)) == [1, 2])
    #expect(all.contains { $0.isShort })
  }

  @Test(
    "that are misspelt are refused with the file and the place",
    arguments: [
      ("{ about: '', faults: [], stepps: [] }", "stepps is not known"),
      ("{ about: '', faults: [{ fault: 'kil' }] }", "kil"),
      ("{ about: '', faults: [{ fault: 'kill', second: [1, 2] }] }", "second is not known"),
      ("{ about: '', faults: [{ fault: 'kill', seconds: [2, 1] }] }", "the least and the most"),
      ("{ about: '', faults: [{ fault: 'kill', during: ['join'] }] }", "no such step"),
      ("{ about: '', replication: 3, faults: [] }", "replication 3"),
      ("{ about: '', coordinators: 2, faults: [] }", "coordinators 2"),
      ("{ about: '', faults: [{ fault: 'leader-kill' }] }", "several coordinators"),
      ("{ about: '', coordinators: 3, faults: [{ fault: 'coordinator-kill' }] }", "leader-"),
      ("{ about: '', coordinators: 3, steps: ['backup', 'destroy'], faults: [] }", "destroy"),
      ("{ about: '', faults: [], servedWithin: { seconds: 5 } }", "from"),
      ("{ faults: [] }", "about"),
    ])
  func misspelt(text: String, complaint: String) throws {
    let file = try TestFile("wrong.json5", text)
    let error = #expect(throws: LabError.self) { try Scenario.read(file.path) }
    let sentence = error.map { "\($0)" } ?? ""
    #expect(sentence.contains("wrong.json5"), "\(sentence)")
    #expect(sentence.contains(complaint), "\(sentence)")
  }

  @Test("make the same faults of the same seed, and others of another one")
  func plans() throws {
    let scenario = try Scenario.read("\(Self.folder)/mixed.json5")
    #expect(FaultPlan(scenario, seed: 5) == FaultPlan(scenario, seed: 5))
    #expect(FaultPlan(scenario, seed: 5) != FaultPlan(scenario, seed: 6))
  }

  @Test("hurt in the steps that they name, as long as they say, in the order of the steps")
  func moments() throws {
    let scenario = try Scenario.read("\(Self.folder)/kill.json5")
    for seed in 0..<200 as Range<UInt64> {
      let faults = FaultPlan(scenario, seed: seed).faults
      #expect(faults.count == scenario.faults.reduce(0) { $0 + $1.times })
      for fault in faults {
        #expect(fault.wish.during.contains(scenario.steps[fault.step]))
        #expect(fault.wish.seconds.contains(Double(fault.holdMilliseconds + 1) / 1_000))
        #expect((0..<1).contains(fault.fraction))
      }
      #expect(faults.map(\.step) == faults.map(\.step).sorted())
    }
  }

  @Test("leave the clients their cable, and hurt the worker beside them in every other way")
  func victims() throws {
    for kind in FaultKind.allCases {
      let isSpared = kind.isOfTheNetwork
      #expect(kind.victims(among: Nodes.workers).contains(Nodes.spare) == !isSpared, "\(kind)")
      #expect(kind.victims(among: Nodes.workers).count == (isSpared ? 3 : 4), "\(kind)")
    }
    #expect(FaultKind.allCases.filter(\.isOfTheNetwork) == [.cut, .mute, .deaf, .part, .slow])
  }

  @Test("are compared with a run of the same steps without moves, copies and faults")
  func undisturbed() throws {
    let quiet = try Scenario.read("\(Self.folder)/hand-off-2.json5").undisturbed
    #expect(quiet.steps == Scenario.usualSteps)
    #expect(quiet.faults.isEmpty && quiet.replication == 1)
  }
}
