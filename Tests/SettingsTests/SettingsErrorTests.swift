import CommandLineArguments
import FoundationEssentials
import TestSupport
import Testing

@testable import Settings

/// What users read when settings are wrong, word for word.
@Suite struct SettingsErrorTests {
  /// The sentence that a file with this text is refused with; its folder is left out.
  private func refusal(file text: String) throws -> String? {
    let folder = try TemporaryFolder()
    let path = folder.file("granary.json5")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return refusal { () throws(SettingsError) in try ResolvedSettings(file: path) }?
      .replacing(path, with: "granary.json5")
  }

  private func refusal(
    _ resolve: () throws(SettingsError) -> ResolvedSettings
  ) -> String? {
    do {
      _ = try resolve()
      return nil
    } catch {
      return error.description
    }
  }

  private func refusal(variable: String, _ value: String) -> String? {
    refusal { () throws(SettingsError) in try ResolvedSettings(environment: [variable: value]) }
  }

  private func refusal(set name: String, _ value: String) -> String? {
    refusal { () throws(SettingsError) in
      try ResolvedSettings(flags: [SettingOverride(name, value, from: .flag("--set"))])
    }
  }

  @Test func `an unknown setting of a file names line and nearest setting`() throws {
    #expect(
      try refusal(file: "{\n  cluster: {\n    shrads: 4,\n  },\n}")
        == "granary.json5:3: unknown setting cluster.shrads; did you mean cluster.shards?")
  }

  @Test func `a setting without its chapter is understood`() {
    #expect(
      refusal(set: "shards", "4") == "--set: unknown setting shards; did you mean cluster.shards?")
  }

  @Test func `a name like several or none points to the list`() throws {
    #expect(
      refusal(set: "listen", "x")
        == "--set: unknown setting listen; `granary help settings` lists them all")
    #expect(
      try refusal(file: "{ frobnicate: {} }")
        == "granary.json5:1: unknown setting frobnicate; `granary help settings` lists them all")
  }

  @Test func `an unknown variable names the nearest one`() {
    #expect(
      refusal(variable: "GRANARY_CLUSTER_SHRADS", "4")
        == "unknown environment variable GRANARY_CLUSTER_SHRADS; "
        + "did you mean GRANARY_CLUSTER_SHARDS?")
    #expect(
      refusal(variable: "GRANARY_DRILL_TRAP_SKUS", "4")
        == "unknown environment variable GRANARY_DRILL_TRAP_SKUS; "
        + "did you mean GRANARY_DRILL_TRAP_SKU?")
  }

  @Test func `a value out of range names place, setting, value and range`() throws {
    #expect(
      try refusal(file: "{ cluster: {\n shards: 0 } }")
        == "granary.json5:2: cluster.shards 0: wanted a whole number from 1 to 16384")
    #expect(
      refusal(variable: "GRANARY_CLUSTER_SHARDS", "65537")
        == "GRANARY_CLUSTER_SHARDS: cluster.shards \"65537\": "
        + "wanted a whole number from 1 to 16384")
    #expect(
      refusal(set: "policy.serviceLevel", "1")
        == "--set: policy.serviceLevel \"1\": wanted a number from 0.5 to 0.9999")
  }

  @Test(arguments: [
    ("\"16\"", "\"16\""), ("true", "true"), ("null", "null"), ("1.5", "1.5"), ("[1]", "[1]"),
    ("NaN", "nan"), ("99999999999999999999", "1e+20"),
  ])
  func `a value of the wrong type is none`(value: String, shown: String) throws {
    #expect(
      try refusal(file: "{ cluster: { shards: \(value) } }")
        == "granary.json5:1: cluster.shards \(shown): wanted a whole number from 1 to 16384")
  }

  @Test func `a text is not a number`() throws {
    #expect(
      try refusal(file: "{ log: { level: 3 } }")
        == "granary.json5:1: log.level 3: wanted one of debug, info, warning, error, off")
  }

  @Test func `an empty variable is no value`() {
    #expect(
      refusal(variable: "GRANARY_WORKER_READERS", "")
        == "GRANARY_WORKER_READERS: worker.readers \"\": wanted a whole number from 1 to 256")
  }

  @Test func `a misspelt choice comes with the nearest one`() throws {
    #expect(
      try refusal(file: "{ log: { level: 'wraning' } }")
        == "granary.json5:1: log.level \"wraning\": "
        + "wanted one of debug, info, warning, error, off; did you mean warning?")
  }

  @Test(arguments: ["", "ets,ets", "ets,", "ets, tsb"])
  func `a list has different known elements`(value: String) {
    #expect(
      refusal(set: "training.models", value)
        == "--set: training.models \"\(value)\": wanted a list of different ones, "
        + "each one of snaive, ets, arima, blend, croston, sba, tsb, lstm")
  }

  @Test(arguments: ["127.0.0.1:5", "tcp://host", "tcp://:5", "tcp://h:70000", "tcp://h:", "ipc://"])
  func `an endpoint has a transport and an address`(value: String) {
    #expect(
      refusal(set: "worker.listen", value)
        == "--set: worker.listen \"\(value)\": "
        + "wanted an endpoint such as tcp://127.0.0.1:0 or ipc://PATH")
  }

  @Test func `a chapter is no value, and a value no chapter`() throws {
    #expect(
      try refusal(file: "{ cluster: 5 }")
        == "granary.json5:1: cluster 5: wanted settings in braces")
    #expect(
      try refusal(file: "{ cluster: { shards: { count: 5 } } }")
        == "granary.json5:1: unknown setting cluster.shards.count; did you mean cluster.shards?")
  }

  @Test(arguments: [
    ("{ cluster: {\n shards: 1,\n\n shards: 2 } }", "shards"),
    ("{\n cluster: { shards: 1 },\n\n cluster: { minimumWorkers: 2 } }", "cluster"),
  ])
  func `a name given twice names both lines`(text: String, name: String) throws {
    #expect(
      try refusal(file: text)
        == "granary.json5:4: \(name) is named a second time, first in line 2; keep one")
  }

  @Test func `a setting given twice under two spellings names both lines`() throws {
    #expect(
      try refusal(file: "{ \n cluster: { shards: 1 }, // once\n\n 'cluster.shards': 2 }")
        == "granary.json5:4: cluster.shards is given a second time, first at granary.json5:2; "
        + "leave one out")
  }

  @Test func `settings that contradict each other name both places`() {
    #expect(
      refusal(set: "coordinator.lostAfterSeconds", "0.75")
        == "coordinator.lostAfterSeconds 0.75 (--set) must be at least twice "
        + "coordinator.heartbeatSeconds 0.5 (default), or one late sign of life loses a worker")
  }

  @Test func `a file that is not there is named`() {
    #expect(
      refusal { () throws(SettingsError) in try ResolvedSettings(file: "/nowhere/granary.json5") }
        == "/nowhere/granary.json5: cannot be read: there is no such file")
  }

  @Test func `a folder is no file`() throws {
    let folder = try TemporaryFolder()
    #expect(
      refusal { () throws(SettingsError) in try ResolvedSettings(file: folder.path) }
        == "\(folder.path): cannot be read: it is no file, or this user may not read it")
  }

  @Test func `every error is one of usage`() {
    #expect(SettingsError.contradiction("").exitCode == .usage)
  }
}
